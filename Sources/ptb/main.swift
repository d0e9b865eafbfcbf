import CommandLine

runProgram()
