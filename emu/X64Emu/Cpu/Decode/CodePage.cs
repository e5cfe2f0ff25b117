using X64Emu.Bus;

namespace X64Emu.Cpu.Decode;

/// <summary>Where the decoder's bytes come from.</summary>
internal static unsafe class CodePage
{
    private static readonly byte[] NoMemory = [.. Enumerable.Repeat((byte)0xff, 4096)];

    /// <summary>The code bytes up to the end of the page; outside RAM all ones, which is what an empty bus returns and no instruction.</summary>
    public static ReadOnlySpan<byte> At(GuestRam ram, ulong physical)
    {
        int length = 4096 - (int)(physical & 0xfff);
        byte* host = ram.TryGetPointer(physical, length);
        return host == null ? NoMemory.AsSpan(0, length) : new ReadOnlySpan<byte>(host, length);
    }
}
