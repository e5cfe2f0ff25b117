namespace X64Emu.Devices;

/// <summary>The local APIC's registers in words (Intel SDM Vol. 3A, table 11-1).</summary>
internal static class LocalApicInspection
{
    /// <summary>The first of the eight registers that hold ISR and IRR.</summary>
    public const int FirstInService = 0x10, FirstRequest = 0x20;

    private const int FirstTriggerMode = 0x18, SetWords = 8;

    private static readonly (int Register, string Name)[] s_localVectors =
    [
        (0x32, "LVT timer"), (0x33, "LVT thermal"), (0x34, "LVT performance"), (0x35, "LVT LINT0"), (0x36, "LVT LINT1"), (0x37, "LVT error"),
    ];

    public static IReadOnlyList<InspectedValue> Rows(LocalApic apic)
    {
        uint spurious = Register(0x0f), errors = Register(0x28);
        List<InspectedValue> rows =
        [
            new("IA32_APIC_BASE", $"0x{apic.BaseRegister:x}  registers at {apic.BaseAddress}, {(apic.IsEnabled ? "enabled" : "disabled")}"),
            new("ID", $"{Register(0x02) >> 24}"),
            new("TPR", $"0x{Register(0x08):x2}  interrupts of priority {(Register(0x08) >> 4) + 1} and above pass"),
            new("PPR", $"0x{Register(0x0a):x2}"),
            new("SVR", $"0x{spurious:x3}  spurious vector 0x{spurious & 0xff:x2}, {((spurious & 0x100) != 0 ? "enabled" : "disabled")} by software"),
            new("LDR", $"0x{Register(0x0d):x8}"),
            new("DFR", $"0x{Register(0x0e):x8}  {((Register(0x0e) >> 28) == 0 ? "cluster" : "flat")} model"),
            new("ISR", $"in service: {Names(apic, FirstInService)}"),
            new("TMR", $"level-triggered: {Names(apic, FirstTriggerMode)}"),
            new("IRR", $"requested: {Names(apic, FirstRequest)}"),
            new("ESR", $"0x{errors:x8}  {BitNames.Of(errors, (5, "illegal vector sent"), (6, "illegal vector received"), (7, "illegal register address"))}"),
            new("ICR", $"0x{(ulong)Register(0x31) << 32 | Register(0x30):x16}"),
        ];
        foreach ((int register, string name) in s_localVectors) rows.Add(new(name, LocalVector(register, Register(register))));
        rows.Add(new("timer initial count", $"{Register(0x38)}"));
        rows.Add(new("timer current count", $"{Register(0x39)}"));
        rows.Add(new("timer divide", $"0x{Register(0x3e):x}  input clock (1 GHz) divided by {Divisor(Register(0x3e))}"));
        if (apic.TscDeadline != 0) rows.Add(new("IA32_TSC_DEADLINE", $"{apic.TscDeadline} virtual ns"));
        return rows;

        uint Register(int number) => apic.Peek(number) ?? 0;
    }

    /// <summary>The vectors of one of the three 256-bit sets, in ascending order.</summary>
    public static IReadOnlyList<int> Vectors(LocalApic apic, int firstRegister)
    {
        List<int> vectors = [];
        for (int word = 0; word < SetWords; word++)
        {
            uint bits = apic.Peek(firstRegister + word) ?? 0;
            for (int bit = 0; bit < 32; bit++)
            {
                if ((bits >> bit & 1) != 0) vectors.Add(32 * word + bit);
            }
        }
        return vectors;
    }

    private static string Names(LocalApic apic, int firstRegister)
    {
        IReadOnlyList<int> vectors = Vectors(apic, firstRegister);
        return vectors.Count == 0 ? "none" : string.Join(", ", vectors.Select(vector => $"0x{vector:x2}"));
    }

    private static string LocalVector(int register, uint entry)
    {
        string masked = (entry & LocalApic.MaskBit) != 0 ? "masked" : "open";
        if (register == 0x32)
        {
            string mode = (entry >> 17 & 3) switch { 0 => "one-shot", 1 => "periodic", 2 => "TSC deadline", _ => "reserved mode" };
            return $"0x{entry:x8}  {masked}, vector 0x{entry & 0xff:x2}, {mode}";
        }
        return $"0x{entry:x8}  {masked}, vector 0x{entry & 0xff:x2}, {(ApicDeliveryMode)((entry >> 8) & 7)}, {((entry >> 15 & 1) != 0 ? "level" : "edge")}";
    }

    private static int Divisor(uint register)
    {
        uint code = ((register >> 1) & 4) | (register & 3);
        return code == 7 ? 1 : 2 << (int)code;
    }
}
