using System.CommandLine;
using X64Emu.Cli.Gdb;
using X64Emu.Cli.Options;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu gdb</c>: a program under gdb, by gdb's remote protocol.</summary>
internal static class GdbCommand
{
    public const string Name = "gdb";

    public static Command Create()
    {
        Command command = new(Name, "Runs a program under gdb, which connects with 'target remote'.");
        MachineCommandOptions machine = new();
        GdbOptions options = new();
        ProgramArgument program = new();
        options.AddTo(command);
        machine.AddTo(command);
        program.AddTo(command);
        command.SetAction(result =>
        {
            MachineSettings settings = machine.Read(result);
            GdbSettings gdb = options.Read(result);
            return GdbService.Run(program.Read(result), settings, gdb);
        });
        return command;
    }
}
