//! WebM with one Opus track, as browsers record it (read) and as players seek in it (write): EBML after RFC 8794, Matroska
//! after RFC 9559. A library for all of Matroska would be larger than these three files, and trusts its input more.

pub mod ebml;
pub mod read;
pub mod write;
