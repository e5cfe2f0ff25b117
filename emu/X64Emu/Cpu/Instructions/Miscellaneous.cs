using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>Instructions that do nothing, XLATB, and those that are defined to be undefined.</summary>
internal static unsafe class Miscellaneous
{
    public static void Nothing(CpuState* c, Op* o) => Chain.Next(c, o);

    /// <summary>XLATB: AL is looked up in a table of bytes at RBX.</summary>
    public static void Translate<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong offset = GeneralAddress.Truncate(c->Gpr[3] + *(byte*)c, o->Scale >> Op.AddressSizeShift & 3);
        ulong address = GeneralAddress.Linear(offset, *(ulong*)((byte*)c + o->Segment));
        FastTlbEntry* entry = TMemory.Read<Size8>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<Size8>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        *(byte*)c = *((byte*)address + entry->HostDelta);
        Chain.Next(c, o);
    }

    public static void Register(InstructionTable table)
    {
        // RDSSP does nothing while shadow stacks are off, and they do not exist here. The hints behind it were no-operations first.
        table.Add(
            new FixedBinder(Handler.Of(&Nothing)), Mnemonic.Nop, Mnemonic.Endbr32, Mnemonic.Endbr64, Mnemonic.Pause, Mnemonic.Rdsspd,
            Mnemonic.Rdsspq, Mnemonic.Cldemote, Mnemonic.Prefetchit0, Mnemonic.Prefetchit1);
        table.Add(new FixedBinder(Handler.Of(&Nothing)), Mnemonic.Reservednop, static code => !IsPrefetchOfRegister(code));
        table.Add(new UndefinedBinder(), Mnemonic.Reservednop, IsPrefetchOfRegister);
        table.Add(new TranslateBinder(), Mnemonic.Xlatb);
        table.Add(new UndefinedBinder(), Mnemonic.Ud0, Mnemonic.Ud1, Mnemonic.Ud2);
    }

    /// <summary>0F 0D is the prefetch group: with a register it is undefined on AMD's processors.</summary>
    private static bool IsPrefetchOfRegister(Code code) =>
        code is Code.Reservednop_rm16_r16_0F0D or Code.Reservednop_rm32_r32_0F0D or Code.Reservednop_rm64_r64_0F0D;

    private sealed class TranslateBinder : Binder
    {
        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Operands.FillAddress(context.Op, instruction);
            return Handler.OfTwins(&Translate<FastMemory>, &Translate<CheckedMemory>);
        }
    }

    /// <summary>#UD by intent: no word about a missing implementation.</summary>
    private sealed class UndefinedBinder : Binder
    {
        public override bool EndsBlock => true;

        public override Handler Bind(in Instruction instruction, in BindContext context) => Handler.Of(&Undefined.Raise);
    }
}
