//! Where a rehearsal writes: whole lines to standard output, from all candidates.

use std::io::Write as _;

/// Prints lines; a closed pipe is no error.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// Whether only the summary is wanted.
    pub quiet: bool,
}

impl Printer {
    /// What happens, as it happens.
    pub fn progress(self, line: &str) {
        if !self.quiet {
            self.summary(line);
        }
    }

    /// What is always printed.
    pub fn summary(self, line: &str) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}");
        let _ = out.flush();
    }
}
