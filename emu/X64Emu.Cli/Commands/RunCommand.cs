using System.CommandLine;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu run</c>: a program's input, output and exit status, as if it had run here.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Create()
    {
        Command command = new(Name, "Runs a program; input, output and exit status are the program's.");
        MachineCommandOptions machine = new();
        ProgramArgument program = new();
        machine.AddTo(command);
        machine.AddPaceTo(command);
        program.AddTo(command);
        command.SetAction(result => ProgramSession.Run(program.Read(result), machine.Read(result)).ExitStatus);
        return command;
    }
}
