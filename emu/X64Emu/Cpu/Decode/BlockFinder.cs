using X64Emu.Bus;
using X64Emu.Paging;

namespace X64Emu.Cpu.Decode;

/// <summary>Finds the block at an address: translates the fetch, looks in the cache, decodes what is not there.</summary>
internal sealed unsafe class BlockFinder
{
    private readonly CpuState* c;
    private readonly TranslationUnit mmu;
    private readonly GuestRam ram;
    private readonly BlockCache blocks;
    private readonly BlockBuilder builder;

    public BlockFinder(CpuState* state, TranslationUnit mmu, GuestRam ram, BlockCache blocks, BlockBuilder builder)
    {
        c = state;
        this.mmu = mmu;
        this.ram = ram;
        this.blocks = blocks;
        this.builder = builder;
    }

    /// <summary>The block at RIP where a slice begins: found as a jump would find it, else as <see cref="Find"/> does.</summary>
    public Op* FindFirst()
    {
        Op* block = JumpCache.Find(c, c->Rip);
        return block == null ? Find() : block;
    }

    /// <summary>The block at RIP; null with an exit reason set when the fetch faults or the cache must be emptied first.</summary>
    public Op* Find()
    {
        ulong rip = c->Rip;
        if (!mmu.TranslateFetch(rip, out ulong physical)) return FetchFault();
        Op* block = blocks.Find(physical, rip);
        if (block == null)
        {
            if (!blocks.HasRoom)
            {
                c->Exit = ExitReason.Resume;
                return null;
            }
            return Decode(rip, physical, singleStep: false);
        }
        if ((block->Scale & Op.Straddles) != 0)
        {
            if (!TranslateSecondPage(rip, out ulong second)) return FetchFault();
            if (second >> 12 == blocks.SecondPageOf(block)) return block;
            blocks.DropPage(physical >> 12);   // the same first page is followed by another one now
            return Find();
        }
        Remember(rip, block);
        return block;
    }

    /// <summary>Decodes the one instruction at RIP into a block that is not kept; release it after use.</summary>
    public Op* FindSingle()
    {
        if (!mmu.TranslateFetch(c->Rip, out ulong physical)) return FetchFault();
        return Decode(c->Rip, physical, singleStep: true);
    }

    private Op* Decode(ulong rip, ulong physical, bool singleStep)
    {
        ReadOnlySpan<byte> page = CodePage.At(ram, physical);
        ulong? secondPage = null;
        if (!builder.Decode(page, rip, c->CodeBits, singleStep ? 1 : int.MaxValue))
        {
            if (!TranslateSecondPage(rip, out ulong second)) return FetchFault();
            secondPage = second >> 12;
            builder.DecodeStraddling(page, CodePage.At(ram, second), rip, c->CodeBits);
        }
        Op* block = builder.Build(secondPage is not null, singleStep ? BlockUse.Single : BlockUse.Cached);
        if (singleStep) return block;
        blocks.Add(block, physical, rip, secondPage);
        if (secondPage is null) Remember(rip, block);
        return block;
    }

    private bool TranslateSecondPage(ulong rip, out ulong physical)
    {
        ulong next = (rip & ~0xfffUL) + 4096;
        return mmu.TranslateFetch(c->CodeBits == 64 ? next : (uint)next, out physical);
    }

    /// <summary>The jump cache holds only what the fast TLBs may: with LRU or in reference mode each jump consults the model.</summary>
    private void Remember(ulong rip, Op* block)
    {
        if (mmu.UseFastTlb) JumpCache.Remember(c, rip, block, mmu.IsGlobal);
    }

    private Op* FetchFault()
    {
        c->Exit = ExitReason.FetchFault;
        return null;
    }
}
