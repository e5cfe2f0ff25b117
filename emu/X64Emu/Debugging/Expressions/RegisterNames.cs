using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Expressions;

/// <summary>A processor's registers by the names that manuals and assemblers give them, parts of registers included.</summary>
public sealed partial class RegisterNames
{
    private static readonly string[] legacy = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
    private static readonly string[] flags = ["cf", "", "pf", "", "af", "", "zf", "sf", "tf", "if", "df", "of"];
    private readonly ProcessorRegisters registers;
    private readonly Dictionary<string, RegisterBinding> plain = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegisterBinding> onlyWithDollar = new(StringComparer.Ordinal);

    /// <summary>Names the registers of a processor.</summary>
    public RegisterNames(ProcessorRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        this.registers = registers;
        AddGeneral();
        AddSystem();
        AddFlags();
    }

    /// <summary>Every name that counts without a dollar sign, for completion.</summary>
    public IEnumerable<string> All => plain.Keys;

    /// <summary>The register of a name, or null.</summary>
    /// <param name="name">In lower case, without a dollar sign.</param>
    /// <param name="hasDollar">Whether it was written with one: the flags (<c>$zf</c>) need it.</param>
    public RegisterBinding? Find(string name, bool hasDollar)
    {
        ArgumentNullException.ThrowIfNull(name);
        return plain.GetValueOrDefault(name) ?? (hasDollar ? onlyWithDollar.GetValueOrDefault(name) : null) ?? Vector(name);
    }

    private void Add(string name, int bits, Func<ulong> read, Action<ulong>? write) => plain.Add(name, new RegisterBinding(name, bits, read, write));

    private void AddGeneral()
    {
        for (int number = 0; number < 16; number++)
        {
            GeneralRegister register = (GeneralRegister)number;
            string wide = register.ToString().ToLowerInvariant();
            AddPart(wide, register, 64, 0);
            AddPart(number < 8 ? "e" + legacy[number] : wide + "d", register, 32, 0);
            AddPart(number < 8 ? legacy[number] : wide + "w", register, 16, 0);
            AddPart(number < 4 ? legacy[number][..1] + "l" : number < 8 ? legacy[number] + "l" : wide + "b", register, 8, 0);
            if (number < 4) AddPart(legacy[number][..1] + "h", register, 8, 8);
        }
    }

    private void AddPart(string name, GeneralRegister register, int bits, int shift)
    {
        ulong mask = ulong.MaxValue >> (64 - bits);
        // As MOV does: 32 bits clear the upper half, narrower ones leave the rest.
        Add(
            name,
            bits,
            () => registers[register] >> shift & mask,
            value => registers[register] = bits >= 32 ? value & mask : registers[register] & ~(mask << shift) | (value & mask) << shift);
    }

    private void AddSystem()
    {
        Add("rip", 64, () => registers.Rip.Value, value => registers.Rip = new VirtualAddress(value));
        Add("eip", 32, () => (uint)registers.Rip.Value, null);
        Add("rflags", 64, () => registers.RFlags, value => registers.RFlags = value);
        Add("eflags", 32, () => (uint)registers.RFlags, value => registers.RFlags = value);
        Add("cr0", 64, () => registers.Cr0, value => registers.Cr0 = value);
        Add("cr2", 64, () => registers.Cr2.Value, value => registers.Cr2 = new VirtualAddress(value));
        Add("cr3", 64, () => registers.Cr3, value => registers.Cr3 = value);
        Add("cr4", 64, () => registers.Cr4, value => registers.Cr4 = value);
        Add("cr8", 64, () => registers.Cr8, value => registers.Cr8 = value);
        Add("efer", 64, () => registers.Efer, value => registers.Efer = value);
        Add("xcr0", 64, () => registers.Xcr0, value => registers.Xcr0 = value);
        Add("mxcsr", 32, () => registers.Mxcsr, value => registers.Mxcsr = (uint)value);
        Add("fs_base", 64, () => registers.FsBase.Value, value => registers.FsBase = new VirtualAddress(value));
        Add("gs_base", 64, () => registers.GsBase.Value, value => registers.GsBase = new VirtualAddress(value));
        foreach (SegmentName segment in Enum.GetValues<SegmentName>())
            Add(segment.ToString().ToLowerInvariant(), 16, () => registers.GetSegment(segment).Selector, null);
        foreach (int number in (int[])[0, 1, 2, 3, 6, 7])
            Add(string.Create(CultureInfo.InvariantCulture, $"dr{number}"), 64, () => registers.GetDebugRegister(number), value => registers.SetDebugRegister(number, value));
    }

    private void AddFlags()
    {
        for (int bit = 0; bit < flags.Length; bit++)
        {
            if (flags[bit].Length == 0) continue;
            ulong mask = 1UL << bit;
            onlyWithDollar.Add(flags[bit], new RegisterBinding(
                flags[bit],
                1,
                () => (registers.RFlags & mask) != 0 ? 1UL : 0,
                value => registers.RFlags = (value & 1) != 0 ? registers.RFlags | mask : registers.RFlags & ~mask));
        }
        onlyWithDollar.Add("cpl", new RegisterBinding("cpl", 2, () => (ulong)registers.PrivilegeLevel, null));
    }

    /// <summary>Whether a name is that of a whole XMM or YMM register.</summary>
    internal static bool IsWholeVector(string name) => WholeVector().IsMatch(name);

    /// <summary>One element of a vector register: <c>xmm3.u32[0]</c>, <c>ymm0.u64[3]</c>.</summary>
    private RegisterBinding? Vector(string name)
    {
        if (VectorPart().Match(name) is not { Success: true } match) return null;
        int number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        int bytes = int.Parse(match.Groups["bits"].ValueSpan, CultureInfo.InvariantCulture) / 8;
        bool isYmm = name[0] == 'y';
        if (number > 15 || !int.TryParse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture, out int index) || index >= (isYmm ? 32 : 16) / bytes) return null;
        return new RegisterBinding(name, bytes * 8, () => ReadElement(number, index * bytes, bytes), value => WriteElement(number, index * bytes, bytes, value));
    }

    private ulong ReadElement(int number, int offset, int lengthBytes)
    {
        Vector256<byte> vector = registers.GetYmm(number);
        ulong value = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) value = value << 8 | vector[offset + i];
        return value;
    }

    private void WriteElement(int number, int offset, int lengthBytes, ulong value)
    {
        Vector256<byte> vector = registers.GetYmm(number);
        for (int i = 0; i < lengthBytes; i++) vector = vector.WithElement(offset + i, (byte)(value >> i * 8));
        registers.SetYmm(number, vector);
    }

    [GeneratedRegex(@"^[xy]mm(?<number>[0-9]{1,2})\.[u](?<bits>8|16|32|64)\[(?<index>[0-9]{1,2})\]$")]
    private static partial Regex VectorPart();

    [GeneratedRegex(@"^[xy]mm([0-9]|1[0-5])$")]
    private static partial Regex WholeVector();
}
