internal import Darkroom
internal import Glibc

// A child of the darkroom closes its barrier while it has one thread, so nothing may come before it.
if CommandLine.arguments.dropFirst().first == "darkroom" { DarkroomChild.run() }

Signals.hold()
Task.detached { exit(await Program.run(Word.all())) }
Signals.serve()
