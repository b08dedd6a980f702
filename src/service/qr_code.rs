//! A QR code (ISO/IEC 18004) of a text, such as a `meet_url`, as SVG, PNG or BMP.

use std::path::Path;

use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

use crate::error::{Error, Result};
use crate::status::Status;

/// Longest text in bytes. The largest symbol holds 2,331 at error correction level M.
const LONGEST_TEXT: usize = 2_000;

/// Width and height of the picture in pixels.
const PIXELS: std::ops::RangeInclusive<usize> = 64..=4096;

/// Light modules that a reader needs on each side (ISO/IEC 18004, 9.1).
const QUIET_ZONE: usize = 4;

/// File formats of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Svg,
    Png,
    Bmp,
}

impl Format {
    /// By the ending of the path: `.svg`, `.png` or `.bmp`, in small or capital letters.
    pub fn of_path(path: &str) -> Result<Format> {
        let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "svg" => Ok(Format::Svg),
            "png" => Ok(Format::Png),
            "bmp" => Ok(Format::Bmp),
            _ => Err(Error::argument("path", "path does not end in .svg, .png or .bmp")),
        }
    }
}

/// The symbol, without its quiet zone, and the size of its picture.
pub struct Picture {
    code: QrCode,
    modules: usize,
    pixels: usize,
}

impl Picture {
    /// Encodes `text` at error correction level M, or a higher one where that costs no larger symbol.
    pub fn of(text: &str, pixels: i32) -> Result<Picture> {
        if text.is_empty() || text.len() > LONGEST_TEXT {
            return Err(Error::argument("text", format!("text has {} bytes; 1 to {LONGEST_TEXT} are possible", text.len())));
        }
        let size = usize::try_from(pixels).ok().filter(|size| PIXELS.contains(size));
        let pixels = size.ok_or_else(|| Error::argument("pixels", "pixels must be 64 to 4096"))?;
        let code = QrCode::encode_segments(&segments(text), QrCodeEcc::Medium);
        let code = code.map_err(|_| Error::argument("text", "text is too long for a QR code"))?;
        let modules = usize::try_from(code.size()).unwrap_or_default();
        Ok(Picture { code, modules, pixels })
    }

    /// Modules on each side, without the quiet zone.
    pub fn modules(&self) -> usize {
        self.modules
    }

    /// The picture as the bytes of a file.
    pub fn encode(&self, format: Format) -> Result<Vec<u8>> {
        match format {
            Format::Svg => Ok(self.svg().into_bytes()),
            Format::Png => self.png(),
            Format::Bmp => self.bmp(),
        }
    }

    /// A vector picture: one path with a rectangle for each horizontal run of dark modules.
    pub fn svg(&self) -> String {
        let (width, whole) = (self.pixels, self.modules + 2 * QUIET_ZONE);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{width}\" viewBox=\"0 0 {whole} {whole}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path d=\""
        );
        for y in 0..self.modules {
            let row: Vec<bool> = (0..self.modules).map(|x| self.is_dark(x, y)).collect();
            let mut x = QUIET_ZONE;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    svg.push_str(&format!("M{x} {}h{length}v1h-{length}z", y + QUIET_ZONE, length = run.len()));
                }
                x += run.len();
            }
        }
        svg.push_str("\"/></svg>");
        svg
    }

    fn png(&self) -> Result<Vec<u8>> {
        let (mut file, width) = (Vec::new(), self.width()?);
        let mut encoder = png::Encoder::new(&mut file, width, width);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let rows = self.rows(self.pixels.div_ceil(8))?;
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows.concat()));
        written.map_err(|_| Error::client(Status::ERR_INTERNAL, "the PNG cannot be written"))?;
        Ok(file)
    }

    /// One bit a pixel with a palette, uncompressed, from the last row to the first: what Delphi 7's TImage loads.
    fn bmp(&self) -> Result<Vec<u8>> {
        const HEADERS: u32 = 14 + 40 + 8;
        const DOTS_PER_METRE: u32 = 3_780; // 96 dpi
        let (width, stride) = (self.width()?, self.pixels.div_ceil(32) * 4);
        let rows = self.rows(stride)?;
        let bytes = u32::try_from(stride * rows.len()).map_err(|_| Error::argument("pixels", "pixels are too many"))?;
        let mut file = b"BM".to_vec();
        let mut number = |value: u32| file.extend(value.to_le_bytes());
        number(HEADERS + bytes);
        number(0);
        number(HEADERS);
        number(40); // BITMAPINFOHEADER
        number(width);
        number(width);
        number(1 | 1 << 16); // one plane, one bit a pixel
        number(0);
        number(bytes);
        number(DOTS_PER_METRE);
        number(DOTS_PER_METRE);
        number(2);
        number(2);
        number(0x0000_0000); // 0 is black
        number(0x00ff_ffff); // 1 is white
        rows.iter().rev().for_each(|row| file.extend(row));
        Ok(file)
    }

    fn width(&self) -> Result<u32> {
        u32::try_from(self.pixels).map_err(|_| Error::argument("pixels", "pixels are too many"))
    }

    /// The rows of the picture from top to bottom, `stride` bytes each, one bit a pixel, 1 for white. A module is a whole number of pixels, so that
    /// its edges are sharp; what is left over widens the quiet zone.
    fn rows(&self, stride: usize) -> Result<Vec<Vec<u8>>> {
        let needed = self.modules + 2 * QUIET_ZONE;
        let scale = self.pixels / needed;
        if scale == 0 {
            return Err(Error::argument("pixels", format!("pixels must be at least {needed} for this text")));
        }
        let margin = (self.pixels - self.modules * scale) / 2;
        let module = |pixel: usize| pixel.checked_sub(margin).map(|inside| inside / scale).filter(|module| *module < self.modules);
        let mut rows = Vec::with_capacity(self.pixels);
        for y in 0..self.pixels {
            let mut row = vec![0xff_u8; stride];
            for x in 0..self.pixels {
                let is_dark = module(x).zip(module(y)).is_some_and(|(x, y)| self.is_dark(x, y));
                if let (true, Some(byte)) = (is_dark, row.get_mut(x / 8)) {
                    *byte &= !(0x80 >> (x % 8));
                }
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        matches!((i32::try_from(x), i32::try_from(y)), (Ok(x), Ok(y)) if self.code.get_module(x, y))
    }
}

/// Text beyond ASCII is marked as UTF-8: without the mark a reader guesses the character set, and may take Czech letters for Chinese.
fn segments(text: &str) -> Vec<QrSegment> {
    if text.is_ascii() {
        return QrSegment::make_segments(text);
    }
    const UTF_8: u32 = 26;
    vec![QrSegment::make_eci(UTF_8), QrSegment::make_bytes(text.as_bytes())]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://demo.videodoktor.cz/meet/0123456789abcdef";

    fn picture(pixels: i32) -> Picture {
        Picture::of(ADDRESS, pixels).unwrap()
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_by_its_name() {
        let wrong = |text: &str, pixels| Picture::of(text, pixels).err().map(|error| (error.status, error.field.unwrap()));
        for (text, pixels, field) in
            [("", 256, "text"), (&*"x".repeat(2_001), 256, "text"), ("x", 63, "pixels"), ("x", 4_097, "pixels"), ("x", -1, "pixels")]
        {
            assert_eq!(wrong(text, pixels), Some((Status::ERR_INVALID_ARGUMENT, field)), "{} bytes, {pixels}", text.len());
        }
        assert!(wrong(&"x".repeat(2_000), 4_096).is_none());
    }

    #[test]
    fn a_picture_in_which_a_module_has_no_whole_pixel_is_refused() {
        let long = Picture::of(&"x".repeat(2_000), 64).unwrap();
        let needed = long.modules() + 2 * QUIET_ZONE;
        let error = long.encode(Format::Png).unwrap_err();
        assert_eq!((error.field, error.detail), (Some("pixels"), format!("pixels must be at least {needed} for this text")));
        assert!(Picture::of(&"x".repeat(2_000), i32::try_from(needed).unwrap()).unwrap().encode(Format::Bmp).is_ok());
    }

    #[test]
    fn every_picture_is_as_wide_as_asked_for_with_a_quiet_zone_of_four_modules() {
        for pixels in 64..=300 {
            let picture = picture(pixels);
            let rows = picture.rows(picture.pixels.div_ceil(8)).unwrap();
            assert_eq!(rows.len(), picture.pixels);
            let scale = picture.pixels / (picture.modules + 8);
            let dark = |y: usize, x: usize| rows[y][x / 8] & (0x80 >> (x % 8)) == 0;
            let first = (0..picture.pixels).find(|at| (0..picture.pixels).any(|x| dark(*at, x))).unwrap();
            let last = (0..picture.pixels).rfind(|at| (0..picture.pixels).any(|x| dark(*at, x))).unwrap();
            assert!(first >= 4 * scale && picture.pixels - 1 - last >= 4 * scale, "{pixels}");
            assert_eq!(last + 1 - first, picture.modules * scale, "{pixels}");
        }
    }

    #[test]
    fn a_bmp_says_its_own_size() {
        for pixels in [64, 65, 255, 256] {
            let file = picture(pixels).encode(Format::Bmp).unwrap();
            let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
            assert_eq!((&file[..2], number(2), number(10), number(18)), (&b"BM"[..], file.len(), 62, picture(pixels).pixels));
        }
    }

    #[test]
    fn the_ending_of_the_path_tells_the_format() {
        assert_eq!(Format::of_path("C:\\Obrázky\\kód.PNG").unwrap(), Format::Png);
        assert_eq!(Format::of_path("/tmp/a.b.svg").unwrap(), Format::Svg);
        for path in ["", "svg", "/tmp/kod", "/tmp/kod.jpg", "/tmp/.bmp"] {
            assert_eq!(Format::of_path(path).err().and_then(|error| error.field), Some("path"), "{path}");
        }
    }
}
