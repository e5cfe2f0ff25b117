using System.Runtime.InteropServices;

namespace X64Emu.Cpu.Decode;

/// <summary>
/// Finds a handler's compiled code behind the stub that .NET hands out, which jumps through a slot and costs 4-10% of all run time. Where
/// the stub looks different from what is known here, it is used as it is: it always works.
/// </summary>
internal static unsafe class HandlerCode
{
    /// <summary>The compiled code when it exists already, else the stub itself.</summary>
    public static Handler Resolve(Handler handler)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return handler;
        byte* stub = (byte*)handler.Address;
        // FF 25 rel32: jmp [rip + rel32], the runtime's stub on x64. The slot is behind the stub, in memory the runtime keeps for it.
        if (stub[0] != 0xff || stub[1] != 0x25) return handler;
        nint target = *(nint*)(stub + 6 + *(int*)(stub + 2));
        // Until the method is compiled, the slot leads back into the stub.
        if (target >= handler.Address && target < handler.Address + 64) return handler;
        HandlerTwins.RegisterAlias(handler.Address, target);
        return new Handler(target);
    }
}
