using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class FirstLaws : PolicyLaws<FirstModel>
{
    [Property]
    public void Nothing_but_availability_and_what_was_tried_counts(PickCase given) =>
        Assert.Equal(Of(given).Pick(given.Input), Of(given).Pick((given with { Ticket = 0, Entropy = ~given.Entropy, InFlight = [], Latencies = [], Key = [] }).Input));
}
