using System.Text;
using Iced.Intel;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>Runs the same instructions on the host's processor and in the emulator and tells how the outcomes differ.</summary>
internal sealed unsafe class Comparison(GuestSide guest)
{
    private const ulong ComparedFlags = 0xcd5;
    private readonly byte[] before = new byte[LowMemory.ScratchBytes];
    private ulong next = LowMemory.Code;

    /// <summary>Where the next code will be installed.</summary>
    public ulong NextAddress
    {
        get
        {
            if (next + 4096 > LowMemory.Code + LowMemory.CodeBytes) next = LowMemory.Code;
            return next;
        }
    }

    /// <summary>Installs code at <see cref="NextAddress"/> on both sides.</summary>
    public (ulong Start, ulong End) Install(ReadOnlySpan<byte> instructions)
    {
        ulong start = NextAddress, end = start + (ulong)instructions.Length;
        LowMemory.Install(start, instructions);
        guest.Install(start, instructions);
        next = end + 32;
        return (start, end);
    }

    /// <summary>Runs installed code from one state on both sides. Returns a description of the difference, or null.</summary>
    /// <param name="code">What <see cref="Install"/> returned.</param>
    /// <param name="state">The registers; the memory is the host's as it is now.</param>
    public string? Run((ulong Start, ulong End) code, in IntegerState state)
    {
        LowMemory.ScratchSpan.CopyTo(before);
        guest.CopyMemory(before);
        IntegerState host = state, emulated = state;
        LowMemory.Run(ref host, code.Start);
        string? failure = guest.Run(ref emulated, code.Start, code.End);
        StringBuilder text = new();
        if (failure is not null) text.Append(' ').Append(failure);
        for (int number = 0; number < 16; number++)
        {
            if (host.Gpr[number] != emulated.Gpr[number])
                text.Append(' ').Append(Register.RAX + number).Append($": host {host.Gpr[number]:x} emulator {emulated.Gpr[number]:x}");
        }
        ulong flags = (host.Flags ^ emulated.Flags) & ComparedFlags;
        if (flags != 0) text.Append($" flags {flags:x}: host {host.Flags & ComparedFlags:x} emulator {emulated.Flags & ComparedFlags:x}");
        ReadOnlySpan<byte> memory = guest.ReadMemory()[LowMemory.ComparedOffset..], hostMemory = LowMemory.ScratchSpan[LowMemory.ComparedOffset..];
        int same = memory.CommonPrefixLength(hostMemory);
        if (same != memory.Length)
            text.Append($" memory at +{same + LowMemory.ComparedOffset:x}: host {hostMemory[same]:x2} emulator {memory[same]:x2}");
        if (text.Length == 0) return null;
        text.Append(" | from");
        for (int number = 0; number < 16; number++) text.Append(' ').Append(Register.RAX + number).Append('=').Append(state.Gpr[number].ToString("x"));
        text.Append($" flags={state.Flags:x} scratch={LowMemory.Scratch:x}");
        return text.ToString();
    }
}
