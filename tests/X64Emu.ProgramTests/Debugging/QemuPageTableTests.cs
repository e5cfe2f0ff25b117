using System.Diagnostics;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The page tables that the same kernel builds for the same program here and under QEMU, as QEMU's monitor shows them.</summary>
public sealed class QemuPageTableTests
{
    private static readonly string[] comparableStarts = ["0000", "ffff8880", "ffffffff8"];

    [RequiresToolFact(Qemu.Tool, Qemu.Package)]
    public void Scan_SameKernelAndProgram_MapsWhatQemuMaps()
    {
        // musl's code does not depend on the processor's features, so it touches the same pages on both machines.
        string program = CompiledProgram.Musl("memory-view");
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView(program);
        string[] qemu = [.. MemoryInformation(program).Where(IsComparable)];
        string[] parent = Ranges(machine, machine.Parent.Cr3!.Value), child = Ranges(machine, machine.Child.Cr3!.Value);
        Assert.True(qemu.Length > 8, string.Join('\n', qemu));
        // QEMU shows the tables of the process that ran last.
        Assert.Equal(qemu.SequenceEqual(child) ? child : parent, qemu);
    }

    /// <summary>Memory of the program, the map of all memory, and the kernel image; the kernel's heap depends on the machine's devices.</summary>
    private static bool IsComparable(string range) =>
        comparableStarts.Any(start => range.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Our tables in the form of <c>info mem</c>: neighbours with equal rights are one range, whatever their page size; execution is not
    /// shown.</summary>
    private static string[] Ranges(DebuggedMachine machine, ulong cr3)
    {
        List<(ulong Start, ulong End, string Rights)> ranges = [];
        foreach (PageMapping page in machine.Memory.PageTables.Scan(cr3, default, new VirtualAddress(ulong.MaxValue)))
        {
            string rights = $"{(page.Permissions.IsUser ? 'u' : '-')}r{(page.Permissions.IsWritable ? 'w' : '-')}";
            ulong start = page.VirtualBase.Value;
            if (ranges.Count > 0 && ranges[^1].End == start && ranges[^1].Rights == rights) ranges[^1] = (ranges[^1].Start, start + page.SizeBytes, rights);
            else ranges.Add((start, start + page.SizeBytes, rights));
        }
        return [.. ranges.Select(range => $"{range.Start:x16}-{range.End:x16} {range.End - range.Start:x16} {range.Rights}").Where(IsComparable)];
    }

    /// <summary>Boots the program as <see cref="DebuggedMachine"/> does and asks the monitor once it sleeps.</summary>
    private static string[] MemoryInformation(string program)
    {
        string folder = Directory.CreateTempSubdirectory("x64emu-qemu").FullName, output = Path.Combine(folder, "com1");
        ProcessStartInfo start = new(HostTool.Require(Qemu.Tool, Qemu.Package)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])
            [
                "-M", "microvm,isa-serial=on", "-cpu", "max", "-m", "64M", "-nodefaults", "-no-reboot", "-display", "none", "-monitor", "stdio",
                "-chardev", $"file,id=com1,path={output}", "-serial", "chardev:com1", "-kernel", Repository.Kernel, "-initrd", program,
                "-append", "stdio=console -- /program",
            ])
            start.ArgumentList.Add(argument);
        using Process qemu = Process.Start(start)!;
        try
        {
            Stopwatch waited = Stopwatch.StartNew();
            while (!(File.Exists(output) && File.ReadAllText(output).Contains("ready", StringComparison.Ordinal)) && !qemu.HasExited)
            {
                if (waited.Elapsed > TimeSpan.FromMinutes(2)) throw new TimeoutException($"memory-view under QEMU has printed '{File.ReadAllText(output)}'");
                Thread.Sleep(50);
            }
            // Behind its last line the program goes to sleep.
            Thread.Sleep(1000);
            qemu.StandardInput.Write("info mem\nquit\n");
            qemu.StandardInput.Flush();
            string text = qemu.StandardOutput.ReadToEnd();
            qemu.WaitForExit();
            return [.. text.Split('\n').Select(line => line.Trim('\r', ' ')).Where(line => line.Length > 34 && line[16] == '-')];
        }
        finally
        {
            if (!qemu.HasExited) qemu.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }
}
