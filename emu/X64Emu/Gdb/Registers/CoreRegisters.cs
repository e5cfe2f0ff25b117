using System.Buffers.Binary;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Registers;

/// <summary>General registers, flags, selectors and x87, in gdb's order.</summary>
internal static class CoreRegisters
{
    private const int X87Bytes = 10;

    private const string FlagTypes = """
        <flags id="i386_eflags" size="4">
        <field name="" start="22" end="31"/><field name="CF" start="0" end="0"/><field name="" start="1" end="1"/><field name="PF" start="2" end="2"/>
        <field name="AF" start="4" end="4"/><field name="ZF" start="6" end="6"/><field name="SF" start="7" end="7"/><field name="TF" start="8" end="8"/>
        <field name="IF" start="9" end="9"/><field name="DF" start="10" end="10"/><field name="OF" start="11" end="11"/><field name="NT" start="14" end="14"/>
        <field name="RF" start="16" end="16"/><field name="VM" start="17" end="17"/><field name="AC" start="18" end="18"/><field name="VIF" start="19" end="19"/>
        <field name="VIP" start="20" end="20"/><field name="ID" start="21" end="21"/>
        </flags>

        """;

    public static RegisterFeature Feature { get; } = new("org.gnu.gdb.i386.core", FlagTypes, [.. Integers(), .. Stack(), .. Control()]);

    private static IEnumerable<RegisterDefinition> Integers()
    {
        (string Name, GeneralRegister Register)[] order =
        [
            ("rax", GeneralRegister.Rax), ("rbx", GeneralRegister.Rbx), ("rcx", GeneralRegister.Rcx), ("rdx", GeneralRegister.Rdx),
            ("rsi", GeneralRegister.Rsi), ("rdi", GeneralRegister.Rdi), ("rbp", GeneralRegister.Rbp), ("rsp", GeneralRegister.Rsp),
            ("r8", GeneralRegister.R8), ("r9", GeneralRegister.R9), ("r10", GeneralRegister.R10), ("r11", GeneralRegister.R11),
            ("r12", GeneralRegister.R12), ("r13", GeneralRegister.R13), ("r14", GeneralRegister.R14), ("r15", GeneralRegister.R15),
        ];
        foreach ((string name, GeneralRegister register) in order)
        {
            string type = register is GeneralRegister.Rbp or GeneralRegister.Rsp ? "data_ptr" : "int64";
            yield return RegisterDefinition.Number(name, 64, type, values => values.General[(int)register], (values, value) => values.General[(int)register] = value);
        }
        yield return RegisterDefinition.Number("rip", 64, "code_ptr", values => values.Rip.Value, (values, value) => values.Rip = new VirtualAddress(value));
        yield return RegisterDefinition.Number("eflags", 32, "i386_eflags", values => values.RFlags, (values, value) => values.RFlags = value);
        (string Name, SegmentName Segment)[] segments =
        [
            ("cs", SegmentName.Cs), ("ss", SegmentName.Ss), ("ds", SegmentName.Ds), ("es", SegmentName.Es), ("fs", SegmentName.Fs), ("gs", SegmentName.Gs),
        ];
        // A selector alone would not change the descriptor behind it, so gdb cannot set one.
        foreach ((string name, SegmentName segment) in segments)
            yield return RegisterDefinition.Number(name, 32, "int32", values => values.Selectors[(int)segment], null);
    }

    private static IEnumerable<RegisterDefinition> Stack() => Enumerable.Range(0, 8).Select(index => new RegisterDefinition(
        $"st{index}",
        8 * X87Bytes,
        "i387_ext",
        (values, destination) =>
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, values.X87Stack[index].Significand);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[sizeof(ulong)..], values.X87Stack[index].SignExponent);
        },
        (values, source) => values.X87Stack[index] =
            (BinaryPrimitives.ReadUInt16LittleEndian(source[sizeof(ulong)..]), BinaryPrimitives.ReadUInt64LittleEndian(source))));

    /// <summary>gdb has 32 bits for the x87's pointers; where an address needs more, the selector's place has the next ones, as FXSAVE64 lays it out.</summary>
    private static IEnumerable<RegisterDefinition> Control() =>
    [
        Word("fctrl", values => values.X87Control, (values, value) => values.X87Control = (ushort)value),
        Word("fstat", values => values.X87Status, (values, value) => values.X87Status = (ushort)value),
        Word("ftag", values => values.X87Tag, (values, value) => values.X87Tag = (ushort)value),
        Word("fiseg", values => Upper(values.X87InstructionPointer) | values.X87InstructionSelector, (values, value) => values.X87InstructionSelector = (ushort)value),
        Word("fioff", values => (uint)values.X87InstructionPointer, (values, value) => values.X87InstructionPointer = value),
        Word("foseg", values => Upper(values.X87DataPointer) | values.X87DataSelector, (values, value) => values.X87DataSelector = (ushort)value),
        Word("fooff", values => (uint)values.X87DataPointer, (values, value) => values.X87DataPointer = value),
        Word("fop", values => values.X87Opcode, (values, value) => values.X87Opcode = (ushort)value),
    ];

    private static ulong Upper(ulong pointer) => pointer >> 32 & 0xffff;

    private static RegisterDefinition Word(string name, Func<RegisterValues, ulong> get, Action<RegisterValues, ulong> set) =>
        RegisterDefinition.Number(name, 32, "int", get, set, "float");
}
