// SwiftPM counts a folder as a C target once it holds a source file.
