using System.Runtime.Intrinsics;

namespace X64Emu.Gdb.Registers;

/// <summary>XMM0..XMM15, MXCSR, and the upper halves of YMM0..YMM15.</summary>
internal static class VectorRegisters
{
    private const int Count = 16, HalfBits = 128;

    private const string SseTypes = """
        <vector id="v4f" type="ieee_single" count="4"/>
        <vector id="v2d" type="ieee_double" count="2"/>
        <vector id="v16i8" type="int8" count="16"/>
        <vector id="v8i16" type="int16" count="8"/>
        <vector id="v4i32" type="int32" count="4"/>
        <vector id="v2i64" type="int64" count="2"/>
        <union id="vec128">
        <field name="v4_float" type="v4f"/><field name="v2_double" type="v2d"/><field name="v16_int8" type="v16i8"/><field name="v8_int16" type="v8i16"/>
        <field name="v4_int32" type="v4i32"/><field name="v2_int64" type="v2i64"/><field name="uint128" type="uint128"/>
        </union>
        <flags id="i386_mxcsr" size="4">
        <field name="IE" start="0" end="0"/><field name="DE" start="1" end="1"/><field name="ZE" start="2" end="2"/><field name="OE" start="3" end="3"/>
        <field name="UE" start="4" end="4"/><field name="PE" start="5" end="5"/><field name="DAZ" start="6" end="6"/><field name="IM" start="7" end="7"/>
        <field name="DM" start="8" end="8"/><field name="ZM" start="9" end="9"/><field name="OM" start="10" end="10"/><field name="UM" start="11" end="11"/>
        <field name="PM" start="12" end="12"/><field name="FZ" start="15" end="15"/>
        </flags>

        """;

    public static RegisterFeature SseFeature { get; } = new("org.gnu.gdb.i386.sse", SseTypes,
    [
        .. Enumerable.Range(0, Count).Select(Xmm),
        RegisterDefinition.Number("mxcsr", 32, "i386_mxcsr", values => values.Mxcsr, (values, value) => values.Mxcsr = (uint)value, "vector"),
    ]);

    public static RegisterFeature AvxFeature { get; } = new("org.gnu.gdb.i386.avx", "", [.. Enumerable.Range(0, Count).Select(UpperHalf)]);

    private static RegisterDefinition Xmm(int number) => new(
        $"xmm{number}",
        HalfBits,
        "vec128",
        (values, destination) => values.Ymm[number].GetLower().CopyTo(destination),
        (values, source) => values.Ymm[number] = values.Ymm[number].WithLower(Vector128.Create(source)));

    private static RegisterDefinition UpperHalf(int number) => new(
        $"ymm{number}h",
        HalfBits,
        "uint128",
        (values, destination) => values.Ymm[number].GetUpper().CopyTo(destination),
        (values, source) => values.Ymm[number] = values.Ymm[number].WithUpper(Vector128.Create(source)));
}
