using Iced.Intel;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Decode;

/// <summary>What a binder is told besides the instruction itself.</summary>
internal readonly unsafe ref struct BindContext(BlockBuilder block, Op* op, bool flagsDead, Instruction previous)
{
    public BlockBuilder Block { get; } = block;

    public Op* Op { get; } = op;

    public bool FlagsDead { get; } = flagsDead;

    public Instruction Previous { get; } = previous;
}

/// <summary>Chooses the handler for the instructions of one family and fills in the op it runs on.</summary>
internal abstract class Binder
{
    /// <summary>True when nothing may follow in the block: modes, translations or interrupts may differ afterwards, or a device has acted.</summary>
    public virtual bool EndsBlock => false;

    /// <summary>False when the instructions, given no memory operand, cannot fault or leave the chain: flags dead after them stay dead.</summary>
    public virtual bool MayFaultWithoutMemory => true;

    /// <summary>The state the instructions use: where control bits deny it, #NM or #UD takes the place of the handler.</summary>
    public virtual ExecutionUnit Unit => ExecutionUnit.Integer;

    /// <summary>How the instructions are executed: directly, or by the path for rare and large ones.</summary>
    public virtual HandlerKind Kind => HandlerKind.Direct;

    /// <summary>Fills in the op's operands and returns its handler.</summary>
    public abstract Handler Bind(in Instruction instruction, in BindContext context);
}
