"""A folder that is watched, as a host that can only write files uses it."""

from program import ProgramTest, as_lines, read_lines


class FolderTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.drop = self.folder / "požadavky"
        self.drop.mkdir()

    def put(self, name, fields, encoding="utf-8"):
        """As the host does it: under another name first."""
        (self.drop / f"{name}.tmp").write_bytes(as_lines(fields).encode(encoding))
        (self.drop / f"{name}.tmp").rename(self.drop / f"{name}.request")

    def once(self, *options, code=0):
        return self.ends(code, "watch", self.drop, "--once", "--look-for", "0.5", *options)

    def answer(self, name, encoding="utf-8"):
        return read_lines((self.drop / f"{name}.answer").read_bytes(), encoding)

    def names(self):
        return sorted(path.name for path in self.drop.iterdir() if path.is_file())
