using System;
using System.Linq;
using Fairlead.Configuration;
using FsCheck.Xunit;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

[Properties(Arbitrary = [typeof(SettingsCases), typeof(NodeCases)], MaxTest = 200)]
public class SettingsReaderLaws
{
    [Property]
    public void Settings_that_were_written_read_back_equal(ProxySettings settings) =>
        Assert.Equal(Success<ConfigFault, ProxySettings>(settings), SettingsReader.Read(SettingsWriter.Write(settings)));

    [Property(MaxTest = 1000)]
    public void Reading_is_total_and_repeatable(ConfigNode node)
    {
        var variables = HashMap(("X", "a"));
        Assert.Equal(SettingsReader.Read(node, variables), SettingsReader.Read(node, variables));
        _ = FileReferences.In(node, variables);
    }

    [Property(MaxTest = 1000)]
    public void Every_fault_is_inside_the_text_in_its_order_on_one_line_and_told_once(ConfigNode node)
    {
        var faults = Faults(node);
        var places = Numbered.PlacesIn(node).ToHashSet();

        Assert.All(faults, fault =>
        {
            Assert.Contains(fault.At, places);
            Assert.True(Enum.IsDefined(fault.Code));
            Assert.DoesNotContain(fault.Message, char.IsControl);
            Assert.NotEmpty(fault.Message);
        });
        Assert.Equal(faults.Distinct().Order(System.Collections.Generic.Comparer<ConfigFault>.Create(ConfigFault.Compare)), faults);
    }

    [Property]
    public void Exactly_the_values_that_were_broken_are_told(ProxySettings settings, ulong which)
    {
        var written = SettingsWriter.Write(settings);
        var scalars = Numbered.Descendants(written).OfType<ConfigNode.Scalar>().ToArray();
        var broken = scalars.Where((_, i) => (which >> (i % 61) & 1) != 0).Select(static scalar => scalar.At).ToHashSet();

        var read = Numbered.Replace(written, node => node is ConfigNode.Scalar scalar && broken.Contains(node.At) ? scalar with { Text = "\0" } : node);

        Assert.Equal(broken.Order(), Faults(read).Select(static fault => fault.At).Distinct());
    }

    [Property]
    public void A_key_nobody_knows_is_told_at_its_place_and_changes_nothing_else(ProxySettings settings, int which)
    {
        var written = SettingsWriter.Write(settings);
        var fixedMaps = Numbered.Descendants(written).OfType<ConfigNode.Map>().Where(static map => map.Entries.Exists(static entry => IsFixedKey(entry.Key))).ToArray();
        var chosen = fixedMaps[(which & int.MaxValue) % fixedMaps.Length];
        var place = new ConfigPosition(1_000_000, 7);

        var read = Numbered.Replace(written, node => node.At == chosen.At && node is ConfigNode.Map map
            ? map with { Entries = map.Entries.Add(new ConfigEntry("nobody-knows-this-key", place, new ConfigNode.Scalar(place, "x"))).Strict() }
            : node);

        var fault = Assert.Single(Faults(read));
        Assert.Equal((place, FaultCode.UnknownKey), (fault.At, fault.Code));
    }

    [Property]
    public void A_key_written_twice_is_told_at_the_second_place(ProxySettings settings, int which)
    {
        var written = SettingsWriter.Write(settings);
        var maps = Numbered.Descendants(written).OfType<ConfigNode.Map>().Where(static map => map.Entries.Exists(static entry => IsFixedKey(entry.Key))).ToArray();
        var chosen = maps[(which & int.MaxValue) % maps.Length];
        var place = new ConfigPosition(1_000_000, 7);

        var read = Numbered.Replace(written, node => node.At == chosen.At && node is ConfigNode.Map map
            ? map with { Entries = map.Entries.Add(map.Entries[(which >> 8 & 0xFFFF) % map.Entries.Count] with { At = place }).Strict() }
            : node);

        Assert.Equal((place, FaultCode.DuplicateKey), Assert.Single(Faults(read).Select(static fault => (fault.At, fault.Code))));
    }

    [Property]
    public void A_tree_without_variables_expands_to_itself(ProxySettings settings)
    {
        var written = Numbered.Replace(SettingsWriter.Write(settings), static node => node is ConfigNode.Scalar scalar ? scalar with { Text = scalar.Text.Replace("$", "", StringComparison.Ordinal) } : node);
        var (expanded, faults) = Variables.Expand(written, HashMap<string, string>());
        Assert.True(faults.IsEmpty);
        Assert.Equal(written, expanded);
    }

    /// <summary>A key that only stands in mappings whose keys are fixed, and which may have company.</summary>
    private static bool IsFixedKey(string key) => key is "listeners" or "bind" or "backends" or "to" or "attempts" or "every" or "idle" or "request-line" or "connect" or "idle-max" or "verify" or "remove" or "handshake" or "method" or "ipv4-prefix" or "key" or "weight" or "decay" or "spill" or "window" or "cookie" or "length" or "ejection" or "percent" or "deviations" or "failures";

    private static Seq<ConfigFault> Faults(ConfigNode node) => SettingsReader.Read(node).Match(Succ: static _ => Seq<ConfigFault>(), Fail: static faults => faults);
}
