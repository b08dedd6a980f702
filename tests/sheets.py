"""The invitation that a demo prints: its code read from what is painted for the screen, and from a PDF of what is printed.

The Debian packages: zbar-tools poppler-utils ghostscript librsvg2-bin imagemagick.
"""

import base64
import subprocess
from pathlib import Path

import screen

# a picture of the page may differ from the one just taken by this much
PIXELS_APART = 0.02
PDF_DOTS = 150


def try_sheet(painted, printed, address, kept=None):
    """`painted` is a picture, `printed` PostScript or a picture as large as the paper; `kept` is the picture in the documentation, if it is to be of this sheet."""
    assert code_in(painted) == address, f"the code is read from the picture of the invitation: {code_in(painted)}"
    page = page_of(pdf_of(Path(printed)))
    assert code_in(page) == address, f"and from a PDF of what was printed: {code_in(page)}"
    if kept is None:
        return
    apart = screen.pixels_apart(painted, kept)
    assert apart is not None and apart <= PIXELS_APART, f"{kept.name} shows the invitation as it is: {apart} of its pixels differ: look at {painted}, and copy it to {kept}"


def code_in(picture):
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "--nodbus", "-Sbinary", "--oneshot", picture], capture_output=True)
    return done.stdout.decode().strip()


def pdf_of(printed):
    pdf = printed.with_suffix(".pdf")
    if printed.suffix == ".ps":
        subprocess.run(["ps2pdf", printed, pdf], check=True)
        return pdf
    # ImageMagick on Debian writes no PDF
    size = subprocess.run(["identify", "-format", 'width="%w" height="%h"', printed], capture_output=True, text=True, check=True).stdout
    inside = base64.b64encode(printed.read_bytes()).decode()
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="data:image/png;base64,{inside}"/></svg>'
    subprocess.run(["rsvg-convert", "--unlimited", "-f", "pdf", "-o", pdf], input=drawing.encode(), check=True)
    return pdf


def page_of(pdf):
    page = pdf.with_name(pdf.stem + "-page")
    subprocess.run(["pdftoppm", "-gray", "-r", str(PDF_DOTS), "-png", "-singlefile", pdf, page], check=True)
    return page.with_suffix(".png")
