"""The licences of what is linked into a product, as a text to pass on with it: each text once, under the names of the crates that carry it."""

RULE = "=" * 100


def licences(product, crates):
    """Of the crates of others: the licence of our own is LICENSE."""
    crates = [crate for crate in crates if not crate.is_ours]
    carriers = {}
    for crate in crates:
        for text in crate.licence_texts():
            carriers.setdefault(text, []).append(crate)
    listed = "\n".join(f"  {crate.key}  ({crate.licence})" for crate in crates)
    parts = [f"{product} contains these crates, and the standard library of Rust (rust-standard-library.html):\n\n{listed}\n"]
    for text, crates in sorted(carriers.items(), key=lambda item: (-len(item[1]), item[1][0])):
        parts.append(f"{RULE}\nof {', '.join(crate.key for crate in crates)}\n{RULE}\n\n{text}\n")
    return "\n".join(parts)
