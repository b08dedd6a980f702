//! What somebody sees who has started the program by a double click: the page in his browser, and messages in a window that would close with the program.

/// Opens the page. On Windows only: elsewhere the program is started from a terminal, where the printed address can be clicked.
#[cfg(windows)]
pub fn open(url: &str) {
    if let Err(error) = open::that_detached(format!("{url}/")) {
        eprintln!("videodoktor-sandbox: cannot open the browser ({error}); open {url}/ in it");
    }
}

#[cfg(not(windows))]
pub fn open(_: &str) {}

/// Waits until the message has been read, where a window of its own would close with the program.
#[cfg(windows)]
pub fn keep_window() {
    use std::io::{IsTerminal, Read, stderr, stdin};
    if stdin().is_terminal() && stderr().is_terminal() {
        eprintln!("Press Enter to end.");
        // Whatever is read, or that nothing can be: the program ends.
        let _ = stdin().read(&mut [0]);
    }
}

#[cfg(not(windows))]
pub fn keep_window() {}
