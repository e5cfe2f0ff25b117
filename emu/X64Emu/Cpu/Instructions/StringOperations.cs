namespace X64Emu.Cpu.Instructions;

/// <summary>What one step of a string instruction does, and many at once where both sides lie in RAM.</summary>
internal unsafe interface IStringOperation
{
    static abstract bool ReadsSource { get; }

    static abstract bool ReadsDestination { get; }

    static abstract bool WritesDestination { get; }

    /// <summary>True for SCAS and CMPS, which REPE and REPNE may end early.</summary>
    static abstract bool Compares { get; }

    /// <summary>One element through the checked memory path. False when it faulted; nothing has changed then.</summary>
    static abstract bool Step<TSize>(CpuState* c, ulong source, ulong destination) where TSize : struct, IOperandSize;

    /// <summary>Does up to <paramref name="count"/> elements on host memory and returns how many: less when a comparison ends it.</summary>
    /// <param name="c">The processor.</param>
    /// <param name="source">The first source element; unused without one.</param>
    /// <param name="destination">The first destination element; unused without one.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="step">The distance of elements: their size, negative with DF set.</param>
    /// <param name="continueWhileEqual">REPE rather than REPNE.</param>
    static abstract long Run<TSize>(CpuState* c, byte* source, byte* destination, long count, long step, bool continueWhileEqual)
        where TSize : struct, IOperandSize;
}

internal readonly unsafe struct MoveString : IStringOperation
{
    public static bool ReadsSource => true;
    public static bool ReadsDestination => false;
    public static bool WritesDestination => true;
    public static bool Compares => false;

    public static bool Step<TSize>(CpuState* c, ulong source, ulong destination) where TSize : struct, IOperandSize =>
        GuestAccess.Read<TSize>(c, source, out ulong value) && GuestAccess.Write<TSize>(c, destination, value);

    public static long Run<TSize>(CpuState* c, byte* source, byte* destination, long count, long step, bool continueWhileEqual)
        where TSize : struct, IOperandSize
    {
        long lengthBytes = count * TSize.Bytes;
        // Element by element equals a move at once unless the destination runs ahead of the source into bytes still to be read.
        bool apart = destination >= source + lengthBytes || source >= destination + lengthBytes;
        if (apart || (step > 0 ? destination <= source : destination >= source))
        {
            long first = step > 0 ? 0 : (count - 1) * step;
            Buffer.MemoryCopy(source + first, destination + first, lengthBytes, lengthBytes);
            return count;
        }
        for (long done = 0; done < count; done++, source += step, destination += step) TSize.Store(destination, TSize.Load(source));
        return count;
    }
}

internal readonly unsafe struct StoreString : IStringOperation
{
    public static bool ReadsSource => false;
    public static bool ReadsDestination => false;
    public static bool WritesDestination => true;
    public static bool Compares => false;

    public static bool Step<TSize>(CpuState* c, ulong source, ulong destination) where TSize : struct, IOperandSize =>
        GuestAccess.Write<TSize>(c, destination, c->Gpr[0]);

    public static long Run<TSize>(CpuState* c, byte* source, byte* destination, long count, long step, bool continueWhileEqual)
        where TSize : struct, IOperandSize
    {
        byte* lowest = step > 0 ? destination : destination + (count - 1) * step;
        ulong value = c->Gpr[0];
        switch (TSize.Bytes)
        {
            case 1: new Span<byte>(lowest, (int)count).Fill((byte)value); break;
            case 2: new Span<ushort>(lowest, (int)count).Fill((ushort)value); break;
            case 4: new Span<uint>(lowest, (int)count).Fill((uint)value); break;
            default: new Span<ulong>(lowest, (int)count).Fill(value); break;
        }
        return count;
    }
}

internal readonly unsafe struct LoadString : IStringOperation
{
    public static bool ReadsSource => true;
    public static bool ReadsDestination => false;
    public static bool WritesDestination => false;
    public static bool Compares => false;

    public static bool Step<TSize>(CpuState* c, ulong source, ulong destination) where TSize : struct, IOperandSize
    {
        if (!GuestAccess.Read<TSize>(c, source, out ulong value)) return false;
        TSize.WriteRegister((byte*)c, value);
        return true;
    }

    public static long Run<TSize>(CpuState* c, byte* source, byte* destination, long count, long step, bool continueWhileEqual)
        where TSize : struct, IOperandSize
    {
        TSize.WriteRegister((byte*)c, TSize.Load(source + (count - 1) * step));
        return count;
    }
}

internal readonly unsafe struct ScanString : IStringOperation
{
    public static bool ReadsSource => false;
    public static bool ReadsDestination => true;
    public static bool WritesDestination => false;
    public static bool Compares => true;

    public static bool Step<TSize>(CpuState* c, ulong source, ulong destination) where TSize : struct, IOperandSize
    {
        if (!GuestAccess.Read<TSize>(c, destination, out ulong value)) return false;
        Sub.Apply<TSize, FlagsLive>(c, TSize.Load((byte*)c), value);
        return true;
    }

    public static long Run<TSize>(CpuState* c, byte* source, byte* destination, long count, long step, bool continueWhileEqual)
        where TSize : struct, IOperandSize
    {
        ulong wanted = TSize.Load((byte*)c), value;
        long done = 0;
        do
        {
            value = TSize.Load(destination + done * step);
            done++;
        }
        while (done < count && (value == wanted) == continueWhileEqual);
        Sub.Apply<TSize, FlagsLive>(c, wanted, value);
        return done;
    }
}

internal readonly unsafe struct CompareString : IStringOperation
{
    public static bool ReadsSource => true;
    public static bool ReadsDestination => true;
    public static bool WritesDestination => false;
    public static bool Compares => true;

    public static bool Step<TSize>(CpuState* c, ulong source, ulong destination) where TSize : struct, IOperandSize
    {
        if (!GuestAccess.Read<TSize>(c, destination, out ulong right) || !GuestAccess.Read<TSize>(c, source, out ulong left)) return false;
        Sub.Apply<TSize, FlagsLive>(c, left, right);
        return true;
    }

    public static long Run<TSize>(CpuState* c, byte* source, byte* destination, long count, long step, bool continueWhileEqual)
        where TSize : struct, IOperandSize
    {
        ulong left, right;
        long done = 0;
        do
        {
            left = TSize.Load(source + done * step);
            right = TSize.Load(destination + done * step);
            done++;
        }
        while (done < count && (left == right) == continueWhileEqual);
        Sub.Apply<TSize, FlagsLive>(c, left, right);
        return done;
    }
}
