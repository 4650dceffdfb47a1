//! The command line of Interview Insights.
fn main() {}
