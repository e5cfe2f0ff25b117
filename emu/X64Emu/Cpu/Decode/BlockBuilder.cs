using Iced.Intel;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Decode;

/// <summary>What a block is built for.</summary>
internal enum BlockUse
{
    /// <summary>To be kept, fused and linked with others.</summary>
    Cached,

    /// <summary>For one instruction that the guest steps over: run once, nothing is fused or linked, flags are never dead.</summary>
    Single,

    /// <summary>To run the instructions of a cached block one by one: likewise, and behind each an op leaves the chain. What follows the last
    /// one is the cached block's affair.</summary>
    Stepping,
}

/// <summary>
/// Decodes one block: straight-line code in one page up to a branch, at most <see cref="MaxInstructions"/> instructions. An instruction
/// that straddles two pages is a block of its own.
/// </summary>
internal sealed unsafe class BlockBuilder
{
    /// <summary>The most instructions of a block.</summary>
    public const int MaxInstructions = 64;

    private const uint ArithmeticFlags = (uint)(RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF);

    private readonly BlockCache blocks;
    private readonly OpArena ops;
    private readonly CpuModel model;
    private readonly InstructionTable table = InstructionTable.Instance;
    private readonly InstructionInfoFactory infos = new();
    private readonly CodeBytes code = new();
    private readonly Instruction[] instructions = new Instruction[MaxInstructions];
    private readonly bool[] flagsDead = new bool[MaxInstructions];
    private int count;
    private BlockUse use;

    /// <summary>Whether the undecodable instruction, which ends a block, is one for having more than 15 bytes.</summary>
    private bool isTooLong;

    /// <summary>A builder.</summary>
    /// <param name="blocks">Knows the modes to decode for and compiled handlers.</param>
    /// <param name="ops">Where the ops are made.</param>
    /// <param name="model">The processor's instruction set.</param>
    public BlockBuilder(BlockCache blocks, OpArena ops, CpuModel model)
    {
        this.model = model;
        this.blocks = blocks;
        this.ops = ops;
    }

    /// <summary>When set, ops get their checked handlers: every access consults the TLB model.</summary>
    public bool UseCheckedHandlers { get; set; }

    /// <summary>Told of every instruction that has no implementation, with its text.</summary>
    public Action<Instruction>? Unimplemented { get; set; }

    /// <summary>How many instructions were decoded.</summary>
    public int Count => count;

    /// <summary>Whether the last instruction of a block built for <see cref="BlockUse.Stepping"/> goes on through Target and Next.</summary>
    public bool HasSuccessors { get; private set; }

    /// <summary>Page number of the block being built, to tell which successors are in the same page.</summary>
    public ulong VirtualPage { get; private set; }

    /// <summary>Decodes instructions from the bytes of one page, without building ops.</summary>
    /// <param name="page">The bytes from the first instruction to the end of its page.</param>
    /// <param name="virtualAddress">Where they are.</param>
    /// <param name="codeBits">64, 32 or 16.</param>
    /// <param name="limit">The most instructions to take.</param>
    /// <returns>False when the first instruction reaches beyond the page: call <see cref="DecodeStraddling"/>.</returns>
    public bool Decode(ReadOnlySpan<byte> page, ulong virtualAddress, int codeBits, int limit)
    {
        code.Set(page);
        count = 0;
        Decoder decoder = Decoder.Create(codeBits, code, model.DecoderOptions);
        decoder.IP = virtualAddress;
        while (count < Math.Min(limit, MaxInstructions) && code.Remaining > 0)
        {
            decoder.Decode(out instructions[count]);
            if (instructions[count].IsInvalid && decoder.LastError == DecoderError.NoMoreBytes) return count > 0;
            if (instructions[count].IsInvalid) isTooLong = OverlongInstruction.Is(code.From((int)(instructions[count].IP - virtualAddress)), codeBits, model.DecoderOptions);
            if (EndsBlock(instructions[count++])) break;
        }
        return count > 0;
    }

    /// <summary>Decodes one instruction that begins in one page and ends in the next.</summary>
    public void DecodeStraddling(ReadOnlySpan<byte> firstPage, ReadOnlySpan<byte> secondPage, ulong virtualAddress, int codeBits)
    {
        Span<byte> bytes = stackalloc byte[32];
        firstPage.CopyTo(bytes);
        secondPage[..Math.Min(16, secondPage.Length)].CopyTo(bytes[firstPage.Length..]);
        code.Set(bytes[..(firstPage.Length + Math.Min(16, secondPage.Length))]);
        Decoder decoder = Decoder.Create(codeBits, code, model.DecoderOptions);
        decoder.IP = virtualAddress;
        decoder.Decode(out instructions[0]);
        if (instructions[0].IsInvalid) isTooLong = OverlongInstruction.Is(code.From(0), codeBits, model.DecoderOptions);
        count = 1;
    }

    /// <summary>The bytes of an instruction of the block.</summary>
    public ReadOnlySpan<byte> BytesOf(in Instruction instruction) => code.From((int)(instruction.IP - instructions[0].IP))[..instruction.Length];

    /// <summary>Builds the ops of what was decoded and returns the first.</summary>
    /// <param name="straddles">Whether it is a single instruction across two pages.</param>
    /// <param name="use">What the block is for.</param>
    public Op* Build(bool straddles, BlockUse use)
    {
        this.use = use;
        HasSuccessors = false;
        VirtualPage = instructions[0].IP >> 12;
        FindDeadFlags();
        Op* first = ops.Position;
        int opsEach = use == BlockUse.Stepping ? 2 : 1;
        for (int index = 0; index <= count * opsEach; index++) ops.NewOp();   // one more for the jump that may end it
        int loads = 0, stores = 0;
        Op* o = first;
        for (int index = 0; index < count; index++, o++)
        {
            ref readonly Instruction instruction = ref instructions[index];
            o->Rip = instruction.IP;
            o->Length = (byte)instruction.Length;
            o->Instructions = 1;
            CountAccesses(instruction, ref loads, ref stores);
            int retired = index + 1;
            Handler handler;
            if (use == BlockUse.Cached && index + 1 < count && FusedCompare.TryBind(instruction, instructions[index + 1], o, this, out handler))
            {
                o->Instructions = 2;
                o->Length += (byte)instructions[index + 1].Length;
                retired++;
                index++;
            }
            else handler = Bind(instruction, o, flagsDead[index], use == BlockUse.Cached && index > 0 ? instructions[index - 1] : default);
            bool ends = EndsBlock(instructions[index]);
            o->Charge = Charge.Of(retired, (ends ? 1 : 0) + (straddles ? 1 : 0), loads, stores);
            SetHandler(o, handler);
            if (straddles) o->Scale |= Op.Straddles;
            if (ends) return first;
            if (use == BlockUse.Stepping) o = StopBehind(o);
        }
        if (use != BlockUse.Stepping) FallThrough(o);
        return first;
    }

    /// <summary>A stub that stands for a successor until it is known: in the same page it links itself, elsewhere it always looks up.</summary>
    public Op* Successor(Op** slot, ulong target)
    {
        HasSuccessors = true;
        if (use == BlockUse.Stepping) return null;
        Op* stub = ops.NewOp();
        stub->Rip = target;
        stub->Scale = 0;
        bool links = target >> 12 == VirtualPage && use == BlockUse.Cached;
        stub->Displacement = (long)(nint)slot;
        stub->Handler = links ? Handler.Of(&Resolver.Link).Pointer : Handler.Of(&Instructions.ControlFlow.JumpToRip).Pointer;
        return stub;
    }

    private Handler Bind(in Instruction instruction, Op* o, bool dead, Instruction previous)
    {
        if (!instruction.IsInvalid && table[instruction.Code] is { } binder)
        {
            return DenialOf(instruction, binder) switch
            {
                Denial.InvalidOpcode => Handler.Of(&Instructions.Undefined.Raise),
                Denial.DeviceNotAvailable => Handler.Of(&Instructions.Undefined.RaiseDeviceNotAvailable),
                _ => binder.Bind(instruction, new BindContext(this, o, dead && use == BlockUse.Cached, previous)),
            };
        }
        if (instruction.IsInvalid || model.Allows(instruction.Code)) Unimplemented?.Invoke(instruction);
        return instruction.IsInvalid && isTooLong
            ? Handler.Of(&Instructions.Undefined.RaiseGeneralProtection)
            : Handler.Of(&Instructions.Undefined.Raise);
    }

    /// <summary>What an instruction meets when the processor's level or its control bits deny it.</summary>
    private Denial DenialOf(in Instruction instruction, Binder binder) =>
        model.Allows(instruction.Code) ? FloatingAvailability.Check(binder.Unit, blocks.FloatingModes) : Denial.InvalidOpcode;

    /// <summary>Puts an op behind an instruction that leaves the chain there, and returns it.</summary>
    private static Op* StopBehind(Op* o)
    {
        Op* stop = o + 1;
        stop->Rip = o->NextRip;
        stop->Instructions = 1;   // with the charge up to here: what Charge.Before the next instruction looks at
        stop->Charge = o->Charge;
        stop->Handler = Handler.Of(&Resolver.Stepped).Pointer;
        return stop;
    }

    private void SetHandler(Op* o, Handler handler) =>
        o->Handler = UseCheckedHandlers ? new Handler(HandlerTwins.CheckedTwinOf(handler.Address)).Pointer
        : use == BlockUse.Stepping ? handler.Pointer : blocks.Resolve(handler, o).Pointer;

    /// <summary>Ends a block that was cut at a page's end or for its length. The op behind the last one goes on there.</summary>
    private void FallThrough(Op* end)
    {
        ref readonly Instruction last = ref instructions[count - 1];
        ulong next = last.NextIP;
        if (last.CodeSize != CodeSize.Code64) next = (uint)next;
        end->Rip = next;
        long charge = end[-1].Charge;
        bool leavesPage = next >> 12 != VirtualPage;
        end->Charge = leavesPage ? charge + Charge.Of(0, 1, 0, 0) : charge;
        if (leavesPage || use != BlockUse.Cached) end->Handler = Handler.Of(&Instructions.ControlFlow.JumpToRip).Pointer;
        else
        {
            end->Target = Successor(&end->Target, next);
            end->Handler = Handler.Of(&Instructions.ControlFlow.Jump).Pointer;
        }
    }

    /// <summary>Marks the instructions whose flags are all overwritten before anything can read them. Whatever may fault reads them.</summary>
    private void FindDeadFlags()
    {
        uint live = ArithmeticFlags;
        for (int index = count - 1; index >= 0; index--)
        {
            ref readonly Instruction instruction = ref instructions[index];
            uint touched = (uint)instruction.RflagsModified & ArithmeticFlags, read = (uint)instruction.RflagsRead & ArithmeticFlags;
            flagsDead[index] = touched != 0 && (live & touched) == 0;
            bool sometimes = IsShiftByRegister(instruction);
            live = (sometimes ? live : live & ~OverwrittenFlags(instruction)) | read;
            if (MayLeaveChain(instruction)) live = ArithmeticFlags;
        }
    }

    /// <summary>The flags that are an instruction's own afterwards. Of those it leaves undefined some are kept, so they count only where it is
    /// known that they are not: AF after logic and shifts, OF after shifts and rotates.</summary>
    private static uint OverwrittenFlags(in Instruction instruction)
    {
        uint modified = (uint)instruction.RflagsModified & ArithmeticFlags;
        bool changesUndefined = instruction.Mnemonic is Mnemonic.And or Mnemonic.Or or Mnemonic.Xor or Mnemonic.Test or Mnemonic.Shl or Mnemonic.Sal
            or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr or Mnemonic.Shld or Mnemonic.Shrd;
        return changesUndefined ? modified : modified & ~(uint)instruction.RflagsUndefined;
    }

    private static bool IsShiftByRegister(in Instruction instruction) =>
        instruction.OpCount >= 2 && instruction.GetOpKind(instruction.OpCount - 1) == OpKind.Register
        && instruction.GetOpRegister(instruction.OpCount - 1) == Register.CL;

    private bool MayLeaveChain(in Instruction instruction)
    {
        if (table[instruction.Code] is not { MayFaultWithoutMemory: false } binder) return true;
        if (DenialOf(instruction, binder) != Denial.None) return true;
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            if (instruction.GetOpKind(operand) == OpKind.Memory) return instruction.Mnemonic != Mnemonic.Lea;
        }
        return false;
    }

    private bool EndsBlock(in Instruction instruction) => instruction.IsInvalid || instruction.FlowControl != FlowControl.Next
        || table[instruction.Code] is not { EndsBlock: false };

    private void CountAccesses(in Instruction instruction, ref int loads, ref int stores)
    {
        if (instruction.IsStringInstruction) return;   // they count their steps themselves
        int ownLoads = 0, ownStores = 0;
        foreach (UsedMemory memory in infos.GetInfo(instruction, InstructionInfoOptions.NoRegisterUsage).GetUsedMemory())
        {
            if (memory.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.ReadWrite or OpAccess.ReadCondWrite) ownLoads++;
            if (memory.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite) ownStores++;
        }
        loads += Math.Min(ownLoads, 3);
        stores += Math.Min(ownStores, 3);
    }
}
