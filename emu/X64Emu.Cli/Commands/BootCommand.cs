using System.CommandLine;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu boot</c>: any PVH or multiboot kernel, with COM1 as its console.</summary>
internal static class BootCommand
{
    public static Command Create()
    {
        Command command = new("boot", "Boots a PVH or multiboot kernel; COM1 is standard input and output, COM2 standard error.");
        MachineCommandOptions machine = new();
        Argument<string> image = new("IMAGE") { Description = "The kernel." };
        Option<string?> append = new("--append") { HelpName = "TEXT", Description = "The kernel's command line." };
        Option<string[]> modules = new("--module") { HelpName = "FILE", Description = "Loads a file beside the kernel, such as an initial RAM disk. May be repeated." };
        machine.AddHardwareOptionsTo(command);
        machine.AddPaceTo(command);
        command.Options.Add(append);
        command.Options.Add(modules);
        command.Arguments.Add(image);
        command.SetAction(result => KernelSession.Run(
            result.GetRequiredValue(image), result.GetValue(append) ?? "", result.GetValue(modules) ?? [], machine.Read(result)));
        return command;
    }
}
