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
        command.SetAction(result =>
        {
            // First the options: one without its value has taken the program's name for it.
            MachineSettings settings = machine.Read(result);
            return ProgramSession.Run(program.Read(result), settings).ExitStatus;
        });
        return command;
    }
}
