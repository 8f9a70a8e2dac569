using Fairlead.Configuration;
using FsCheck.Xunit;

namespace Fairlead.Properties.Configuration;

[Properties(Arbitrary = [typeof(SettingsCases)], MaxTest = 100)]
public class ReloadPlanLaws
{
    [Property]
    public void A_plan_is_empty_exactly_when_the_settings_are_equal(ProxySettings running, ProxySettings wanted)
    {
        Assert.True(ReloadPlan.Of(running, running with { }).IsEmpty);
        Assert.Equal(running == wanted, ReloadPlan.Of(running, wanted).IsEmpty);
    }

    [Property]
    public void A_change_of_one_part_alone_is_told(ProxySettings running, ProxySettings other)
    {
        foreach (var wanted in new[]
        {
            running with { Listeners = other.Listeners }, running with { Upstreams = other.Upstreams }, running with { Routes = other.Routes },
            running with { Limits = other.Limits }, running with { TrustedProxies = other.TrustedProxies },
        })
        {
            Assert.Equal(running == wanted, ReloadPlan.Of(running, wanted).IsEmpty);
        }
    }

    [Property]
    public void The_same_change_is_the_same_plan(ProxySettings running, ProxySettings wanted) =>
        Assert.Equal(ReloadPlan.Of(running, wanted), ReloadPlan.Of(running with { }, wanted with { }));
}
