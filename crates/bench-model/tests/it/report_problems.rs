//! Every way in which a report is wrong, in the words that its author reads.
