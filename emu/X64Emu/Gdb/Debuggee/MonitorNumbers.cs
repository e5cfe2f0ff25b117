using System.Globalization;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>Numbers and addresses of `monitor` commands: decimal, or hexadecimal with 0x; for addresses symbols too.</summary>
internal sealed class MonitorNumbers(DebugSession session)
{
    /// <summary>A number of 64 bits.</summary>
    public static bool TryNumber(string text, out ulong value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>A process number or a count.</summary>
    public static bool TryCount(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>A number, or a symbol of a process or the kernel; +NUMBER may follow.</summary>
    public bool TryAddress(string text, int pid, out VirtualAddress address)
    {
        address = default;
        int plus = text.LastIndexOf('+');
        ulong offset = 0;
        if (plus > 0 && !TryNumber(text[(plus + 1)..], out offset)) return false;
        string start = plus > 0 ? text[..plus] : text;
        if (TryNumber(start, out ulong value)) address = new VirtualAddress(value);
        else if (session.Symbols.Lookup(start.TrimStart('&'), pid) is [var found, ..]) address = found.Address;
        else return false;
        address += offset;
        return true;
    }
}
