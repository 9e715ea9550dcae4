internal import Darkroom
internal import Glibc
internal import Vault

// A child of the darkroom closes its barrier while it has one thread, so nothing may come before it.
if CommandLine.arguments.dropFirst().first == "darkroom" { DarkroomChild.run() }

// Keys and open vectors are in the memory of every command that needs them.
if !CoreDumps.refuse() { Console.note("likeness: the system does not let this program refuse core dumps.") }
Signals.hold()
Task.detached { exit(await Program.run(Word.all())) }
Signals.serve()
