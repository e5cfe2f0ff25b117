using X64Emu.Cli.Guest;

namespace X64Emu.ProgramTests.Running;

/// <summary>Boots the kernel under QEMU's microvm machine, which must show the same text as ours.</summary>
internal static class Qemu
{
    public const string Tool = "qemu-system-x86_64";
    public const string Package = "qemu-system-x86";

    /// <summary>What the debug-exit port tells: QEMU ends with (value shifted left by one) | 1, of which 8 bits survive.</summary>
    /// <param name="StatusModulo128">The program's exit status without its top bit, or null when the guest did not write the port.</param>
    internal sealed record Result(int? StatusModulo128, string StandardOutput, string StandardError);

    /// <summary>Runs the program in the guest; its folder is shared read-only at its own path, COM1 carries stdout and COM2 stderr and the log.</summary>
    public static Result Run(string kernel, string program, IEnumerable<string>? arguments = null, TimeSpan? timeout = null,
        int memoryMebibytes = 256, int swapMebibytes = 0)
    {
        string qemu = HostTool.Require(Tool, Package);
        string folder = Path.GetDirectoryName(Path.GetFullPath(program))!;
        string scratch = Directory.CreateTempSubdirectory("x64emu-qemu").FullName;
        string outputFile = Path.Combine(scratch, "com1"), errorFile = Path.Combine(scratch, "com2");
        string commandLine = new KernelCommandLine(program, arguments ?? [])
        {
            Mounts = [new KernelMount("samples", folder, IsWritable: false)],
            WorkingDirectory = folder,
            SplitStdio = true,
            UsesSwapDisk = swapMebibytes != 0,
        }.ToString();
        string[] machine =
        [
            "-M", "microvm,isa-serial=on", "-cpu", "max", "-m", $"{memoryMebibytes}M", "-nodefaults", "-no-reboot", "-display", "none",
            "-chardev", $"file,id=com1,path={outputFile}", "-serial", "chardev:com1",
            "-chardev", $"file,id=com2,path={errorFile}", "-device", "isa-serial,index=1,chardev=com2",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
            "-fsdev", $"local,id=samples,path={folder},security_model=none,readonly=on",
            "-device", "virtio-9p-device,fsdev=samples,mount_tag=samples",
            "-kernel", kernel, "-append", commandLine,
        ];
        try
        {
            if (swapMebibytes != 0) machine = [.. machine, .. SwapDisk(Path.Combine(scratch, "swap"), swapMebibytes)];
            ProgramResult result = HostProcess.Run(qemu, machine, timeout: timeout);
            int? status = (result.ExitStatus & 1) != 0 ? result.ExitStatus >> 1 : null;
            return new Result(status, Text(outputFile), Text(errorFile) + result.StandardError);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string[] SwapDisk(string file, int mebibytes)
    {
        using (FileStream disk = File.Create(file)) disk.SetLength((long)mebibytes << 20);
        return ["-drive", $"if=none,id=swap,file={file},format=raw,cache=unsafe", "-device", "virtio-blk-device,drive=swap"];
    }

    private static string Text(string file) => File.Exists(file) ? File.ReadAllText(file, System.Text.Encoding.Latin1) : "";
}
