using System.Linq;
using System.Text;
using Fairlead.Routing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Routing;

[Properties(Arbitrary = [typeof(RouteCases)], MaxTest = 1_000)]
public sealed class RouteTableLaws
{
    [Property(MaxTest = 5_000)]
    public void Agrees_with_the_reference_model(RouteCase given) =>
        Assert.Equal(RouteModel.Match(given.Routes, given.Authority, given.Path), Match(given));

    [Property]
    public void A_route_that_does_not_win_could_as_well_be_missing(RouteCase given)
    {
        var winner = Match(given);
        for (var i = 0; i < given.Routes.Length; i++)
        {
            if (i != winner)
                Assert.Equal(i < winner ? winner - 1 : winner, Match(given with { Routes = given.Routes.RemoveAt(i) }));
        }
    }

    [Property]
    public void A_repeated_route_never_wins(RouteCase given) =>
        Assert.Equal(Match(given), Match(given with { Routes = given.Routes.AddRange(given.Routes) }));

    [Property]
    public void A_route_for_everything_always_serves(RouteCase given)
    {
        var all = given.Routes.FirstOrDefault() is { } first ? first : null;
        if (all is null)
            return;
        var routes = given.Routes.Add(all with { Hosts = default, Path = PathPattern.Any });
        var expected = Match(given) is >= 0 and var found ? found : given.Routes.Length;
        Assert.Equal(expected, Match(given with { Routes = routes }));
    }

    [Property]
    public void Any_bytes_have_an_answer(RouteCase given, byte[] host, byte[] path) =>
        Assert.InRange(RouteTable.Of(given.Routes).Match(host, path), -1, given.Routes.Length - 1);

    private static int Match(RouteCase given) =>
        RouteTable.Of(given.Routes).Match(Encoding.UTF8.GetBytes(given.Authority), Encoding.UTF8.GetBytes(given.Path));
}
