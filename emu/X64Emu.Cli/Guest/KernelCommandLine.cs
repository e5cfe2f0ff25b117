using System.Globalization;
using System.Text;

namespace X64Emu.Cli.Guest;

/// <summary>The words the guest kernel is booted with: `OPTIONS -- PROGRAM ARG...`.</summary>
/// <remarks>One blank stands between words, so every value is percent-encoded: blanks, control characters, '%' and all that is not ASCII.</remarks>
/// <param name="program">The program's path in the guest; it becomes argument 0.</param>
/// <param name="arguments">Arguments 1 and up.</param>
internal sealed class KernelCommandLine(string program, IEnumerable<string> arguments)
{
    /// <summary>The mount tag of the root directory; null for the kernel's in-memory root.</summary>
    public string? RootTag { get; init; }

    /// <summary>Directories mounted besides the root.</summary>
    public IReadOnlyList<KernelMount> Mounts { get; init; } = [];

    /// <summary>The program's working directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The program's environment, each `NAME=VALUE`.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Standard output on COM1 and standard error on COM2, both raw; otherwise all on one terminal on COM1.</summary>
    public bool SplitStdio { get; init; }

    /// <summary>Whether the kernel swaps to the first disk, whatever is on it.</summary>
    public bool UsesSwapDisk { get; init; }

    /// <summary>Pages mapped at once around a file fault, 1 to 16; null for the kernel's default.</summary>
    public int? FaultAroundPages { get; init; }

    /// <summary>Programs get addresses at random (ASLR), the same ones on every run.</summary>
    public bool RandomizesAddresses { get; init; }

    /// <summary>`quiet`, `info` or `debug`; null for the kernel's default.</summary>
    public string? LogLevel { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> words = [];
        if (RootTag is not null) words.Add($"root={RootTag}");
        words.AddRange(Mounts.Select(mount => $"mount={mount.Tag}:{Encode(mount.GuestPath)}:{(mount.IsWritable ? "rw" : "ro")}"));
        if (WorkingDirectory is not null) words.Add($"cwd={Encode(WorkingDirectory)}");
        words.AddRange(Environment.Select(variable => $"env={Encode(variable)}"));
        if (SplitStdio) words.Add("stdio=split");
        if (UsesSwapDisk) words.Add("swap=vda");
        if (FaultAroundPages is not null) words.Add(string.Create(CultureInfo.InvariantCulture, $"fault_around={FaultAroundPages}"));
        if (RandomizesAddresses) words.Add("aslr=on");
        if (LogLevel is not null) words.Add($"loglevel={LogLevel}");
        words.Add("--");
        words.Add(Encode(program));
        words.AddRange(arguments.Select(Encode));
        return string.Join(' ', words);
    }

    // An empty argument is a word of no characters: two blanks in a row, or a blank at the end.
    private static string Encode(string value)
    {
        StringBuilder encoded = new();
        foreach (byte unit in Encoding.UTF8.GetBytes(value))
        {
            if (unit is <= 0x20 or (byte)'%' or >= 0x7f) encoded.Append(CultureInfo.InvariantCulture, $"%{unit:x2}");
            else encoded.Append((char)unit);
        }
        return encoded.ToString();
    }
}
