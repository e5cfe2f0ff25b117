using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Descriptors that cases need beyond those of <see cref="SystemMachine"/>.</summary>
internal static class Descriptors
{
    /// <summary>The first selectors behind the machine's own GDT.</summary>
    public const ushort Free = 0x70;

    /// <summary>Beyond the GDT.</summary>
    public const ushort Beyond = 0x1000;

    public const ulong UserDataAbsent = 0x00cf_7300_0000_ffff, UserCodeAbsent = 0x00af_7b00_0000_ffff, KernelDataAbsent = 0x00cf_1300_0000_ffff;
    public const ulong ExecuteOnly = 0x00af_f900_0000_ffff, UserCodeShort = 0x0040_fb00_0000_0fff, KernelCodeShort = 0x0040_9b00_0000_0fff;
    public const ulong LongAndDefault32 = 0x00ef_fb00_0000_ffff, KernelLongAndDefault32 = 0x00ef_9b00_0000_ffff;
    public const ulong UserConforming = 0x00af_ff00_0000_ffff, KernelConforming = 0x00af_9f00_0000_ffff;
    public const ulong ExpandDownReadOnly = 0x00cf_f500_0000_ffff, TaskGate = 0x0000_e500_0000_0000;

    /// <summary>Puts a descriptor into the GDT, which grows to hold it.</summary>
    public static void Put(SystemMachine machine, ushort selector, ulong low, ulong high = 0)
    {
        ulong entry = SystemMachine.Gdt + (selector & 0xfff8u);
        machine.Write(entry, low);
        if (high != 0) machine.Write(entry + 8, high);
        machine.Registers.Gdtr = new DescriptorTable(SystemMachine.Gdt, Math.Max(machine.Registers.Gdtr.Limit, (ushort)((selector | 7) + (high != 0 ? 8 : 0))));
    }

    /// <summary>A 64-bit call gate: 16 bytes.</summary>
    public static void PutCallGate(
        SystemMachine machine, ushort selector, ulong target, ushort code = SystemMachine.KernelCode, int dpl = 3, bool present = true, ulong upperType = 0)
    {
        ulong attributes = (ulong)(0xc | dpl << 5 | (present ? 0x80 : 0));
        ulong low = target & 0xffff | (ulong)code << 16 | attributes << 40 | (target >> 16 & 0xffff) << 48;
        Put(machine, selector, low);
        Put(machine, (ushort)(selector + 8), target >> 32 | upperType << 40);
    }

    /// <summary>An LDT that lies in user memory: one page that can be absent, or forbidden by SMAP.</summary>
    public static void UseLdt(SystemMachine machine, ulong address, params ulong[] descriptors)
    {
        for (int index = 0; index < descriptors.Length; index++) machine.Write(address + (ulong)index * 8, descriptors[index]);
        machine.Registers.Ldtr = new SegmentRegister(Free, address, 0xfff, 0x82);
    }
}
