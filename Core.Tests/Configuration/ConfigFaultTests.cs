using System;
using System.Linq;
using Fairlead.Configuration;

namespace Fairlead.Tests.Configuration;

public class ConfigFaultTests
{
    [Fact]
    public void A_fault_is_one_line_whatever_it_quotes() =>
        Assert.Equal("1:2: FL0102: a\uFFFDb\uFFFDc\uFFFD[31m", new ConfigFault(new ConfigPosition(1, 2), FaultCode.UnknownKey, "a\nb\rc\u001b[31m").ToString());

    [Fact]
    public void Every_code_has_its_own_number_of_four_digits()
    {
        var codes = Enum.GetValues<FaultCode>().Select(ConfigFault.CodeTextOf).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, static code => Assert.Matches("^FL0[1-4][0-9]{2}$", code));
    }

    [Fact]
    public void Faults_are_ordered_as_the_text_is_read()
    {
        var later = new ConfigFault(new ConfigPosition(10, 1), FaultCode.UnknownKey, "b");
        var faults = new[] { later, later with { At = new ConfigPosition(9, 5) }, new ConfigFault(new ConfigPosition(9, 5), FaultCode.Syntax, "z"), new ConfigFault(new ConfigPosition(10, 1), FaultCode.UnknownKey, "a") };
        Array.Sort(faults, ConfigFault.Compare);
        Assert.Equal(["9:5: FL0101: z", "9:5: FL0102: b", "10:1: FL0102: a", "10:1: FL0102: b"], faults.Select(static fault => fault.ToString()));
    }
}
