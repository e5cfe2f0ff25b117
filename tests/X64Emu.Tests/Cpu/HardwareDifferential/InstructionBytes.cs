using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>
/// Writes random encodings of a code: its opcode and the prefixes it needs, other legal prefixes before them, and random bytes behind,
/// which a decoder then tells apart into ModRM, SIB, displacement and immediate.
/// </summary>
internal sealed class InstructionBytes(CaseRandom random)
{
    /// <summary>Longer than any instruction may be.</summary>
    public const int MaxBytes = 32;

    private readonly byte[] bytes = new byte[MaxBytes];
    private int length;

    /// <summary>Writes one attempt, which may turn out to be another instruction or none.</summary>
    public byte[] Write(OpCodeInfo info)
    {
        length = 0;
        if (info.Encoding == EncodingKind.VEX) WriteVex(info);
        else WriteLegacy(info);
        random.Fill(bytes.AsSpan(length));
        ShapeModRm(info);
        return bytes;
    }

    private void WriteLegacy(OpCodeInfo info)
    {
        Span<byte> prefixes = stackalloc byte[16];
        int count = 0;
        bool has66 = info.MandatoryPrefix == MandatoryPrefix.P66 || info.OperandSize == 16;
        if (has66 || (info.MandatoryPrefix != MandatoryPrefix.PNP && random.OneIn(12))) prefixes[count++] = 0x66;
        if (info.AddressSize == 32 || random.OneIn(6)) prefixes[count++] = 0x67;
        if (info.MandatoryPrefix == MandatoryPrefix.PF3) prefixes[count++] = 0xf3;
        else if (info.MandatoryPrefix == MandatoryPrefix.PF2) prefixes[count++] = 0xf2;
        else if ((info.CanUseRepPrefix || info.CanUseRepnePrefix) && random.OneIn(2)) prefixes[count++] = random.Pick<byte>(0xf2, 0xf3);
        else if (random.OneIn(24)) prefixes[count++] = random.Pick<byte>(0xf2, 0xf3);
        if (random.OneIn(info.CanUseLockPrefix ? 3 : 64)) prefixes[count++] = 0xf0;
        count = AddSegment(prefixes, count);
        if (random.OneIn(64)) prefixes[count++] = random.Pick<byte>(0x66, 0x67, 0xf2, 0xf3, 0x2e);
        if (random.OneIn(48)) prefixes[count++] = (byte)(0x40 | random.Below(16));   // not in its place: ignored
        for (int index = 0; index < count; index++)
        {
            int other = random.Between(index, count - 1);
            (prefixes[index], prefixes[other]) = (prefixes[other], prefixes[index]);
        }
        prefixes[..count].CopyTo(bytes);
        length = count;
        bool wide = info.OperandSize == 64 && (!info.DefaultOpSize64 || random.OneIn(2)) || info.W == 1;
        if (wide || random.OneIn(2)) bytes[length++] = (byte)(0x40 | random.Below(8) | (wide ? 8 : info.OperandSize == 0 ? 8 * random.Below(2) : 0));
        ReadOnlySpan<byte> escape = info.Table switch
        {
            OpCodeTableKind.T0F => [0x0f],
            OpCodeTableKind.T0F38 => [0x0f, 0x38],
            OpCodeTableKind.T0F3A => [0x0f, 0x3a],
            _ => [],
        };
        escape.CopyTo(bytes.AsSpan(length));
        length += escape.Length;
        WriteOpCode(info);
    }

    private void WriteVex(OpCodeInfo info)
    {
        Span<byte> prefixes = stackalloc byte[4];
        int count = AddSegment(prefixes, 0);
        if (random.OneIn(6)) prefixes[count++] = 0x67;
        if (random.OneIn(64)) prefixes[count++] = random.Pick<byte>(0x66, 0xf2, 0xf3, 0xf0, 0x40, 0x48);   // #UD
        prefixes[..count].CopyTo(bytes);
        length = count;
        int map = info.Table switch { OpCodeTableKind.T0F => 1, OpCodeTableKind.T0F38 => 2, _ => 3 };
        int wide = info.IsWIG ? random.Below(2) : (int)info.W;
        int vectorLength = info.IsLIG ? random.Below(2) : (int)info.L;
        int prefix = info.MandatoryPrefix switch { MandatoryPrefix.P66 => 1, MandatoryPrefix.PF3 => 2, MandatoryPrefix.PF2 => 3, _ => 0 };
        int inverted = UsesVvvv(info) || random.OneIn(32) ? random.Below(16) : 15;
        int last = inverted << 3 | vectorLength << 2 | prefix;
        if (map == 1 && wide == 0 && random.OneIn(2))
        {
            bytes[length++] = 0xc5;
            bytes[length++] = (byte)(random.Below(2) << 7 | last);
        }
        else
        {
            bytes[length++] = 0xc4;
            bytes[length++] = (byte)(random.Below(8) << 5 | map);
            bytes[length++] = (byte)(wide << 7 | last);
        }
        WriteOpCode(info);
    }

    private int AddSegment(Span<byte> prefixes, int count)
    {
        if (random.OneIn(6)) prefixes[count++] = random.Pick<byte>(0x26, 0x2e, 0x36, 0x3e, 0x64, 0x64, 0x65, 0x65);
        return count;
    }

    private static bool UsesVvvv(OpCodeInfo info)
    {
        for (int operand = 0; operand < info.OpCount; operand++)
        {
            if (info.GetOpKind(operand) is OpCodeOperandKind.r32_vvvv or OpCodeOperandKind.r64_vvvv or OpCodeOperandKind.xmm_vvvv
                or OpCodeOperandKind.ymm_vvvv) return true;
        }
        return false;
    }

    private void WriteOpCode(OpCodeInfo info)
    {
        if (info.OpCodeLength == 2) bytes[length++] = (byte)(info.OpCode >> 8);
        bytes[length++] = (byte)info.OpCode;
        for (int operand = 0; operand < info.OpCount; operand++)
        {
            if (info.GetOpKind(operand) is OpCodeOperandKind.r8_opcode or OpCodeOperandKind.r16_opcode or OpCodeOperandKind.r32_opcode
                or OpCodeOperandKind.r64_opcode or OpCodeOperandKind.sti_opcode) bytes[length - 1] += (byte)random.Below(8);
        }
    }

    /// <summary>Makes register and memory forms equally likely and puts the digit of a group in. Harmless where there is no ModRM.</summary>
    private void ShapeModRm(OpCodeInfo info)
    {
        int modRm = bytes[length];
        if (random.OneIn(2)) modRm |= 0xc0;
        if (info.IsGroup) modRm = modRm & ~0x38 | info.GroupIndex << 3;
        if (info.IsRmGroup) modRm = modRm & ~7 | info.RmGroupIndex;
        bytes[length] = (byte)modRm;
    }
}
