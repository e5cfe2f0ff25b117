using System.CommandLine;
using X64Emu.Cli.Debugger;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;
using X64Emu.Debugging.Tracing;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu trace</c>: runs a program and writes what it does, line by line.</summary>
internal static class TraceCommand
{
    public const string Name = "trace";

    public static Command Create()
    {
        Command command = new(Name, "Runs a program and writes its system calls, or instructions, data accesses and page faults, on standard error.");
        MachineCommandOptions machine = new();
        ProgramArgument program = new();
        Option<bool> instructions = new("--insn") { Description = "Writes a line for each instruction." };
        Option<bool> memory = new("--mem") { Description = "Writes a line for each data access." };
        Option<bool> calls = new("--syscalls") { Description = "Writes a line for each system call and signal, in strace's format; so it does without any of these." };
        Option<bool> faults = new("--faults") { Description = "Writes a line for each page fault." };
        Option<string?> file = new("--output", "-o") { HelpName = "FILE", Description = "Writes into a file." };
        machine.AddTo(command);
        machine.AddPaceTo(command);
        foreach (Option option in (Option[])[instructions, memory, calls, faults, file]) command.Options.Add(option);
        program.AddTo(command);
        command.SetAction(result =>
        {
            List<TraceKind> kinds = [];
            if (result.GetValue(instructions)) kinds.Add(TraceKind.Instructions);
            if (result.GetValue(memory)) kinds.Add(TraceKind.Memory);
            if (result.GetValue(faults)) kinds.Add(TraceKind.Faults);
            if (result.GetValue(calls) || kinds.Count == 0) kinds.Add(TraceKind.SystemCalls);
            MachineSettings settings = machine.Read(result);
            return Run(program.Read(result), settings, kinds, result.GetValue(file));
        });
        return command;
    }

    private static int Run(IReadOnlyList<string> program, MachineSettings settings, IReadOnlyList<TraceKind> kinds, string? file)
    {
        try
        {
            return TraceSession.Run(program, settings, kinds, file);
        }
        catch (CommandException failure)
        {
            throw new UsageException($"-o {failure.Message}");
        }
    }
}
