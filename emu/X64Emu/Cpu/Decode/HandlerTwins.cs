using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Decode;

/// <summary>The address of a handler, as an integer that fits generic code.</summary>
internal readonly unsafe record struct Handler(nint Address)
{
    public delegate*<CpuState*, Op*, void> Pointer => (delegate*<CpuState*, Op*, void>)Address;

    public static Handler Of(delegate*<CpuState*, Op*, void> pointer) => new((nint)pointer);

    /// <summary>A handler and the twin that does the same with <see cref="CheckedMemory"/>.</summary>
    public static Handler OfTwins(delegate*<CpuState*, Op*, void> fast, delegate*<CpuState*, Op*, void> checkedTwin)
    {
        HandlerTwins.Register((nint)fast, (nint)checkedTwin);
        return new((nint)fast);
    }
}

/// <summary>Which checked handler stands behind which fast one. Shared by all machines of the process: handlers are static code.</summary>
internal static unsafe class HandlerTwins
{
    private static readonly ConcurrentDictionary<nint, nint> Twins = new();

    public static void Register(nint fast, nint checkedTwin) => Twins.TryAdd(fast, checkedTwin);

    /// <summary>Makes the compiled code of a handler known as the same handler.</summary>
    public static void RegisterAlias(nint handler, nint compiled)
    {
        if (Twins.TryGetValue(handler, out nint twin)) Twins.TryAdd(compiled, twin);
    }

    /// <summary>The checked twin, or the handler itself when it has none.</summary>
    public static nint CheckedTwinOf(nint handler) => Twins.GetValueOrDefault(handler, handler);

    /// <summary>Runs the checked twin of an op from its start.</summary>
    public static void RunChecked(CpuState* c, Op* o)
    {
        var handler = (delegate*<CpuState*, Op*, void>)Find(o);
        handler(c, o);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Find(Op* o) => Twins[(nint)o->Handler];
}
