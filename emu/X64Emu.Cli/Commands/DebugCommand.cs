using System.CommandLine;
using X64Emu.Cli.Debugger;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu debug</c>: the debugger's console, for a program or for any kernel.</summary>
internal static class DebugCommand
{
    public const string Name = "debug";

    public static Command Create()
    {
        Command command = new(Name, "Runs a program under the debugger: step from its first instruction through page faults into the kernel and back.");
        MachineCommandOptions machine = new();
        DebuggerOptions debugger = new();
        ProgramArgument program = new();
        Option<string?> boot = new("--boot") { HelpName = "IMAGE", Description = "Debugs any PVH or multiboot kernel in place of a program." };
        Option<string?> append = new("--append") { HelpName = "TEXT", Description = "The command line of the kernel of --boot." };
        Option<string[]> modules = new("--module") { HelpName = "FILE", Description = "Loads a file beside the kernel of --boot. May be repeated." };
        machine.AddTo(command);
        debugger.AddTo(command);
        foreach (Option option in new Option[] { boot, append, modules }) command.Options.Add(option);
        program.AddTo(command);
        command.SetAction(result =>
        {
            MachineSettings settings = machine.Read(result);
            DebuggerSettings console = debugger.Read(result, MachineFactory.InstructionLimit(settings));
            if (result.GetValue(boot) is not { } image) return DebuggerConsole.Run(new ProgramPlan(program.Read(result), settings), console);
            KernelPlan kernel = new(image, result.GetValue(append) ?? "", result.GetValue(modules) ?? [], settings);
            return DebuggerConsole.Run(kernel, console with { StartsInKernel = true });
        });
        return command;
    }
}
