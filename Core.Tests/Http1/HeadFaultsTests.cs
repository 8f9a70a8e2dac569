using System;
using System.Linq;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class HeadFaultsTests
{
    private static readonly HeadFault[] All = [.. Enum.GetValues<HeadFault>().Where(static fault => fault != HeadFault.None)];

    [Fact]
    public void Every_fault_has_a_status() => Assert.All(All, static fault => Assert.InRange(HeadFaults.StatusOf(fault), 400, 505));

    [Fact]
    public void Every_fault_has_its_own_sentence()
    {
        Assert.All(All, static fault => Assert.True(HeadFaults.Describe(fault).Length > 10));
        Assert.Equal(All.Length, All.Select(HeadFaults.Describe).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void No_fault_has_neither() => Assert.Equal((0, ""), (HeadFaults.StatusOf(HeadFault.None), HeadFaults.Describe(HeadFault.None)));

    [Theory]
    [InlineData(405, HeadFault.ConnectRefused, HeadFault.TraceRefused)]
    [InlineData(413, HeadFault.BodyTooLarge)]
    [InlineData(414, HeadFault.RequestLineTooLong)]
    [InlineData(417, HeadFault.UnknownExpectation)]
    [InlineData(421, HeadFault.SchemeMismatch)]
    [InlineData(431, HeadFault.HeadTooLarge, HeadFault.TooManyFields)]
    [InlineData(501, HeadFault.MethodTooLong, HeadFault.UnknownTransferCoding)]
    [InlineData(505, HeadFault.UnsupportedVersion)]
    public void Exactly_these_are_not_400(int status, params HeadFault[] faults) => Assert.Equal(faults, All.Where(fault => HeadFaults.StatusOf(fault) == status).ToArray());

    [Fact]
    public void All_others_are_400() => Assert.Equal(All.Length - 11, All.Count(static fault => HeadFaults.StatusOf(fault) == 400));
}
