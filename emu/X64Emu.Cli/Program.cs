using X64Emu.Cli;

return CommandLine.Run(args);
