using Iced.Intel;

namespace X64Emu.Cpu.Decode;

/// <summary>Which binder implements which instruction code. Each code is registered exactly once; a second registration throws.</summary>
internal sealed class InstructionTable
{
    private readonly Binder?[] binders = new Binder?[CodeCount];

    /// <summary>The first legacy-encoded code of each mnemonic, and for each code the next one of its mnemonic; none is <see cref="Code.INVALID"/>.
    /// Two arrays rather than thousands of lists: the table is made at every start.</summary>
    private readonly Code[] firstLegacyCodes = new Code[Enum.GetValues<Mnemonic>().Length], nextLegacyCodes = new Code[CodeCount];

    private readonly Queue<Action<InstructionTable>> later = new();

    private InstructionTable()
    {
        for (Code code = (Code)(CodeCount - 1); code != Code.INVALID; code--)
        {
            if (code.Encoding() != EncodingKind.Legacy) continue;
            ref Code first = ref firstLegacyCodes[(int)code.Mnemonic()];
            nextLegacyCodes[(int)code] = first;
            first = code;
        }
        Instructions.Registrations.AddAll(this);
    }

    /// <summary>One more than the highest <see cref="Code"/>.</summary>
    public static int CodeCount { get; } = Enum.GetValues<Code>().Length;

    /// <summary>The one table.</summary>
    public static InstructionTable Instance { get; } = new();

    /// <summary>The binder for a code; null when the instruction is not implemented.</summary>
    public Binder? this[Code code] => binders[(int)code] ?? Find(code);

    /// <summary>Registers a family when a code is first asked for that no family before it has. Vector families hold hundreds of handler types,
    /// which take the runtime longer to prepare than many a program runs.</summary>
    public void AddLater(Action<InstructionTable> register) => later.Enqueue(register);

    /// <summary>Registers a binder for single codes.</summary>
    public void Add(Binder binder, params ReadOnlySpan<Code> codes)
    {
        foreach (Code code in codes)
        {
            if (binders[(int)code] is not null) throw new InvalidOperationException($"{code} is registered twice");
            binders[(int)code] = binder;
        }
    }

    /// <summary>Registers a binder for every legacy-encoded code of the mnemonics: all sizes and operand forms.</summary>
    public void Add(Binder binder, params ReadOnlySpan<Mnemonic> mnemonics)
    {
        foreach (Mnemonic mnemonic in mnemonics) Add(binder, mnemonic, static _ => true);
    }

    /// <summary>Registers a binder for those legacy-encoded codes of a mnemonic that a condition selects.</summary>
    public void Add(Binder binder, Mnemonic mnemonic, Func<Code, bool> select)
    {
        for (Code code = firstLegacyCodes[(int)mnemonic]; code != Code.INVALID; code = nextLegacyCodes[(int)code])
        {
            if (select(code)) Add(binder, [code]);
        }
    }

    private Binder? Find(Code code)
    {
        lock (later)
        {
            while (binders[(int)code] is null && later.TryDequeue(out Action<InstructionTable>? register)) register(this);
            return binders[(int)code];
        }
    }
}
