using X64Emu.Debugging.Guest;
using Xunit;

namespace X64Emu.Tests.Debugging.Guest;

public sealed class FrameUseTests
{
    /// <summary>A page has to be copied when two have it, be one of them a swap entry; the swap cache by itself gives it up.</summary>
    [Theory]
    [InlineData(1u, null, false)]
    [InlineData(2u, null, true)]
    [InlineData(2u, 0u, false)]
    [InlineData(2u, 1u, true)]
    [InlineData(3u, 0u, true)]
    [InlineData(null, null, false)]
    public void IsShared_ByReferencesAndSwapSlot_IsWhatTheKernelCopiesFor(uint? references, uint? slotReferences, bool isShared)
    {
        FrameUse use = new(0x100, references, [], [], []) { Slot = slotReferences is { } count ? new SwapSlot(7, count, 0x100) : null };
        Assert.Equal(isShared, use.IsShared);
    }
}
