using System;
using Fairlead.Primitives;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>What became of the items of a list: the good ones with their places, and the faults of the others, so that rules over the whole list still see the good ones.</summary>
internal sealed record ReadItems<T>(Seq<(ConfigPosition At, T Value)> Items, Seq<ConfigFault> Faults)
{
    public Validation<ConfigFault, Seq<T>> ToValidation() => Unless(Faults, Items.Map(static item => item.Value).Strict());

    /// <summary>Refuses an item whose key an earlier one has; an item without a key is never refused.</summary>
    public ReadItems<T> RefuseRepeated(Func<T, Option<string>> keyOf, FaultCode code, Func<T, string> message)
    {
        var seen = HashSet<string>();
        var faults = Faults;
        foreach (var (at, value) in Items)
        {
            foreach (var key in keyOf(value))
            {
                if (seen.Contains(key))
                    faults = faults.Add(new ConfigFault(at, code, message(value)));
                seen = seen.AddOrUpdate(key);
            }
        }

        return this with { Faults = faults };
    }

    /// <summary>Refuses a list of which every item was good but which as a whole is not.</summary>
    public ReadItems<T> RefuseAll(Func<Seq<T>, bool> isWrong, ConfigPosition at, FaultCode code, string message) =>
        Faults.IsEmpty && isWrong(Items.Map(static item => item.Value).Strict()) ? this with { Faults = Seq1(new ConfigFault(at, code, message)) } : this;
}

/// <summary>Reads lists.</summary>
internal static class ListReader
{
    /// <summary>Each item by <paramref name="read"/>; <paramref name="of"/> says of what ("addresses").</summary>
    public static ReadItems<T> Each<T>(ConfigNode node, string of, Reader<T> read) => node switch
    {
        ConfigNode.List list => Each(list.Items, read),
        ConfigNode.Scalar { IsNothing: true } => Wrong<T>(node, $"no value; write a list of {of}, or leave the key out"),
        _ => Wrong<T>(node, $"{Shapes.NameOf(node)} where a list of {of} was expected; begin each with '- ', or write [ … ]"),
    };

    private static ReadItems<T> Each<T>(Seq<ConfigNode> items, Reader<T> read)
    {
        var good = Seq<(ConfigPosition, T)>();
        var faults = Seq<ConfigFault>();
        foreach (var item in items)
        {
            read(item).Match(
                Succ: value => { good = good.Add((item.At, value)); },
                Fail: wrong => { faults = faults.Then(wrong); });
        }

        return new ReadItems<T>(good.Strict(), faults.Strict());
    }

    private static ReadItems<T> Wrong<T>(ConfigNode node, string message) =>
        new(Seq<(ConfigPosition, T)>(), Seq1(new ConfigFault(node.At, FaultCode.WrongShape, message)));
}
