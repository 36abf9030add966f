//! Are the intervals right? Figure by figure against other libraries, and by what an interval promises: to
//! cover the truth 95 times out of a hundred.

mod coverage;
mod reference;
