using System.Globalization;
using System.Numerics;
using X64Emu.Cpu;
using X64Emu.Cpu.Floating;

namespace X64Emu.Debugging.Inspection;

/// <summary>The x87 registers: the stack with its values, the control, status and tag words (Intel SDM Vol. 1, 8.1).</summary>
public static class X87Report
{
    private const int SignificantDigits = 20;

    private static readonly NamedBit[] s_exceptions =
    [
        new(0, "IE", "invalid operation"), new(1, "DE", "denormal operand"), new(2, "ZE", "division by zero"),
        new(3, "OE", "overflow"), new(4, "UE", "underflow"), new(5, "PE", "precision lost"),
    ];

    private static readonly NamedBit[] s_control =
    [
        new(0, "IM", "invalid operation masked"), new(1, "DM", "denormal operand masked"), new(2, "ZM", "division by zero masked"),
        new(3, "OM", "overflow masked"), new(4, "UM", "underflow masked"), new(5, "PM", "precision loss masked"),
    ];

    private static readonly NamedBit[] s_status =
    [
        .. s_exceptions, new(6, "SF", "stack fault"), new(7, "ES", "an unmasked exception waits"),
        new(8, "C0", "condition code 0"), new(9, "C1", "condition code 1"), new(10, "C2", "condition code 2"),
        new(11, "TOP", "the register that is ST(0)", 3), new(14, "C3", "condition code 3"), new(15, "B", "busy"),
    ];

    private static readonly string[] s_tags = ["valid", "zero", "special", "empty"];
    private static readonly string[] s_rounding = ["to nearest", "down", "up", "toward zero"];
    private static readonly string[] s_precision = ["24 bits (single)", "reserved", "53 bits (double)", "64 bits (extended)"];

    /// <summary>The eight stack registers, ST(0) first, then the words.</summary>
    public static IReadOnlyList<string> Lines(X87Registers x87)
    {
        ArgumentNullException.ThrowIfNull(x87);
        List<string> lines = [];
        ushort tags = x87.TagWord, control = x87.ControlWord, status = x87.StatusWord;
        for (int index = 0; index < 8; index++)
        {
            int physical = (x87.Top + index) & 7;
            (ushort signExponent, ulong significand) = x87.GetStack(index);
            string tag = s_tags[tags >> (2 * physical) & 3];
            string value = tag == "empty" ? "" : ToDecimal(signExponent, significand);
            lines.Add($"st{index}  R{physical}  {tag,-7}  raw 0x{signExponent:x4}{significand:x16}  {value}".TrimEnd());
        }
        string modes = $"rounds {s_rounding[control >> 10 & 3]}; precision {s_precision[control >> 8 & 3]}";
        lines.Add($"fctrl   0x{control:x4}  masked: {NamedBit.Set(control, s_control)}; {modes}");
        lines.Add($"fstat   0x{status:x4}  {NamedBit.Set(status, s_status)}");
        lines.Add($"ftag    0x{tags:x4}  {string.Join(' ', Enumerable.Range(0, 8).Select(register => $"R{register}={s_tags[tags >> (2 * register) & 3]}"))}");
        lines.Add($"fip     0x{x87.InstructionSelector:x4}:0x{x87.InstructionPointer:x16}");
        lines.Add($"fdp     0x{x87.DataSelector:x4}:0x{x87.DataPointer:x16}");
        lines.Add($"fop     0x{x87.Opcode:x3}");
        return lines;
    }

    /// <summary>A double extended number in decimal with up to 20 significant digits, as printf's <c>%.20Lg</c> writes it.</summary>
    /// <param name="signExponent">Sign and biased exponent.</param>
    /// <param name="significand">The 64 bits with the integer bit.</param>
    public static string ToDecimal(ushort signExponent, ulong significand)
    {
        Float80 value = new(signExponent, significand);
        string sign = value.Negative ? "-" : "";
        if (value.IsUnsupported) return "unsupported encoding";
        if (value.IsNaN) return $"{sign}nan{(value.IsSignallingNaN ? " (signalling)" : "")}";
        if (value.IsInfinity) return $"{sign}inf";
        if (value.Significand == 0) return $"{sign}0";
        return sign + Digits(significand, Math.Max(value.BiasedExponent, 1) - Float80.ExponentBias - 63);
    }

    /// <summary>significand * 2^exponent, exact until the last digit is rounded to even.</summary>
    private static string Digits(ulong significand, int exponent)
    {
        BigInteger numerator = exponent >= 0 ? (BigInteger)significand << exponent : significand;
        BigInteger denominator = exponent >= 0 ? BigInteger.One : BigInteger.One << -exponent;
        int decimalExponent = (int)Math.Floor((exponent + BigInteger.Log(significand, 2)) * Math.Log10(2));
        BigInteger digits = Scaled(numerator, denominator, SignificantDigits - 1 - decimalExponent);
        // The estimate may be one too low or too high, and rounding may carry into another digit.
        if (digits >= BigInteger.Pow(10, SignificantDigits)) digits = Scaled(numerator, denominator, SignificantDigits - 1 - ++decimalExponent);
        else if (digits < BigInteger.Pow(10, SignificantDigits - 1)) digits = Scaled(numerator, denominator, SignificantDigits - 1 - --decimalExponent);
        string text = digits.ToString(CultureInfo.InvariantCulture).TrimEnd('0');
        if (decimalExponent is < -4 or >= SignificantDigits)
        {
            string fraction = text.Length > 1 ? "." + text[1..] : "";
            return $"{text[0]}{fraction}e{(decimalExponent < 0 ? '-' : '+')}{Math.Abs(decimalExponent):00}";
        }
        if (decimalExponent < 0) return "0." + new string('0', -decimalExponent - 1) + text;
        string whole = text.PadRight(decimalExponent + 1, '0');
        return whole.Length > decimalExponent + 1 ? $"{whole[..(decimalExponent + 1)]}.{whole[(decimalExponent + 1)..]}" : whole;
    }

    /// <summary>The quotient times 10^power, rounded to nearest, ties to even.</summary>
    private static BigInteger Scaled(BigInteger numerator, BigInteger denominator, int power)
    {
        if (power >= 0) numerator *= BigInteger.Pow(10, power);
        else denominator *= BigInteger.Pow(10, -power);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
