using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions;

/// <summary>An instruction whose work is too large or too rare for a handler of its own: ordinary code that may call anything.</summary>
internal unsafe interface IComplexInstruction
{
    /// <summary>Executes it. Returns false when it faulted: <see cref="Faults.Raise"/> was called and nothing else was changed.</summary>
    /// <remarks><see cref="CpuState.Rip"/> holds the next instruction's address and may be changed under <see cref="Ending.Jump"/> and
    /// <see cref="Ending.Leave"/>; <see cref="CpuState.Current"/> is the op.</remarks>
    static abstract bool Execute(CpuState* c, Op* o);
}

/// <summary>What comes after a complex instruction.</summary>
internal enum Ending
{
    /// <summary>The next op of the block.</summary>
    Next,

    /// <summary>The block at RIP, in the same modes.</summary>
    Jump,

    /// <summary>The run loop: modes, privileges, translations or interrupts may have changed, or a device has acted.</summary>
    Leave,
}

/// <summary>Runs complex instructions.</summary>
internal static unsafe class Complex<TInstruction> where TInstruction : struct, IComplexInstruction
{
    public static void Next(CpuState* c, Op* o)
    {
        if (!Execute(c, o)) return;
        Chain.Next(c, o);
    }

    public static void Jump(CpuState* c, Op* o)
    {
        if (!Execute(c, o)) return;
        Chain.BranchTo(c, o, c->Rip);
    }

    public static void Leave(CpuState* c, Op* o)
    {
        if (!Execute(c, o)) return;
        c->Remaining += o->Charge;
        c->Exit = ExitReason.Resume;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Execute(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Rip = c->CodeBits == 64 ? o->NextRip : (uint)o->NextRip;
        return TInstruction.Execute(c, o);
    }
}

/// <summary>Binds complex instructions: operands as <see cref="Operands.Fill"/> finds them.</summary>
internal sealed unsafe class ComplexBinder<TInstruction>(Ending ending, ExecutionUnit unit = ExecutionUnit.Integer) : Binder
    where TInstruction : struct, IComplexInstruction
{
    public override ExecutionUnit Unit => unit;

    public override bool EndsBlock => ending != Ending.Next;

    public override HandlerKind Kind => HandlerKind.Generic;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        Operands.Fill(context.Op, instruction);
        return ending switch
        {
            Ending.Next => Handler.Of(&Complex<TInstruction>.Next),
            Ending.Jump => Handler.Of(&Complex<TInstruction>.Jump),
            _ => Handler.Of(&Complex<TInstruction>.Leave),
        };
    }
}
