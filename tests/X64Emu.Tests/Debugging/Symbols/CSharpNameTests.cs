using X64Emu.Debugging.Symbols;
using Xunit;

namespace X64Emu.Tests.Debugging.Symbols;

/// <summary>Names that .NET's native compiler mangled, as C# writes them.</summary>
public sealed class CSharpNameTests
{
    [Theory]
    [InlineData("kernel_GuestOs_Mm_PageFault__Handle", "GuestOs.Mm.PageFault.Handle", "PageFault.Handle")]
    [InlineData("kernel_GuestOs_Mm_AddressSpace___ctor", "GuestOs.Mm.AddressSpace..ctor", "AddressSpace..ctor")]
    [InlineData("kernel_GuestOs_Proc_ProcessTable__Add_0", "GuestOs.Proc.ProcessTable.Add_0", "ProcessTable.Add_0")]
    [InlineData("kernel_GuestOs_Fs_Dentry__get_Name", "GuestOs.Fs.Dentry.get_Name", "Dentry.get_Name")]
    [InlineData("kernel_GuestOs_Mm_UserMemory__Read<kernel_GuestOs_Drivers_WindowSize>", "GuestOs.Mm.UserMemory.Read<GuestOs.Drivers.WindowSize>",
        "UserMemory.Read<GuestOs.Drivers.WindowSize>")]
    [InlineData("kernel_GuestOs_Mm_UserMemory__Read<UInt8>", "GuestOs.Mm.UserMemory.Read<UInt8>", "UserMemory.Read<UInt8>")]
    [InlineData("kernel_GuestOs_Proc_Futex___c___Wake_b__3_0", "GuestOs.Proc.Futex.Wake.lambda3_0", "Wake.lambda3_0")]
    [InlineData("kernel_GuestOs_Proc_Futex___Wake_g__Find_3_0", "GuestOs.Proc.Futex.Wake.Find", "Wake.Find")]
    [InlineData("kernel_GuestOs_Proc_Process", "GuestOs.Proc.Process", "Proc.Process")]
    public void Readable_ManagedName_IsAsInCSharp(string raw, string readable, string shortened)
    {
        Assert.Equal(readable, CSharpName.Readable(raw));
        Assert.Equal(shortened, CSharpName.Short(readable));
    }

    [Theory]
    [InlineData("syscall_entry"), InlineData("main"), InlineData("kernel_main"), InlineData("kernel_"), InlineData("__libc_start_main"),
        InlineData("_ZN5space3BoxIiE4takeEi")]
    [InlineData("kernel__PrivateImplementationDetails___A52"), InlineData("kernel_text_start"), InlineData("kernel_thread_start"), InlineData("")]
    public void Readable_OtherName_StaysAsItIs(string raw) => Assert.Equal(raw, CSharpName.Readable(raw));
}
