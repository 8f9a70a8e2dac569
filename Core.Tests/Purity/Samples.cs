using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Reflection;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Tests.Purity;

/// <summary>
/// Makes values of the core's types out of nothing but the types: for a union one of every case, for a record its constructor with made values, or a static function that starts one. What can only be made by a
/// smart constructor is listed.
/// </summary>
internal static class Samples
{
    private static readonly IReadOnlyDictionary<Type, object> Given = new Dictionary<Type, object>
    {
        [typeof(string)] = "a.test",
        [typeof(bool)] = true,
        [typeof(int)] = 2,
        [typeof(long)] = 2L,
        [typeof(ulong)] = 2UL,
        [typeof(double)] = 0.25,
        [typeof(TimeSpan)] = TimeSpan.FromSeconds(2),
        [typeof(IPAddress)] = IPAddress.Loopback,
        [typeof(IPNetwork)] = IPNetwork.Parse("127.0.0.0/8"),
        [typeof(Weight)] = Weight.One,
        [typeof(StatusSet)] = StatusSet.Ok,
        [typeof(HeaderEdits)] = HeaderEdits.None,
        [typeof(ProxySettings)] = ProxySettings.Empty,
        [typeof(HealthSettings)] = new HealthSettings(
            new ProbeSettings.Tcp(false, default), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), Rise: 1, Fall: 1, InitialHealth.Up, Jitter: 0),
        [typeof(RoutingSnapshot)] = new RoutingSnapshot([], RouteTable.Of([]), 0),
    };

    /// <summary>One value of every case of a union, or a single value of any other type.</summary>
    public static IEnumerable<object> All(Type type) =>
        CoreAssembly.Unions.Contains(type) ? CoreAssembly.CasesOf(type).Select(static @case => Build(@case, [])) : [One(type)];

    /// <summary>Some value of that type.</summary>
    public static object One(Type type) => One(type, []);

    // What contains itself does so through a list or an option: inside a value of its own type these are empty.
    private static object One(Type type, ImmutableHashSet<Type> within)
    {
        if (Given.TryGetValue(type, out var given))
            return given;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0)!;
        if (type.IsAbstract)
            return Build(CoreAssembly.CasesOf(type)[0], within);
        if (type.IsGenericType && type.GetGenericTypeDefinition() is { } generic)
        {
            var argument = type.GenericTypeArguments[0];
            if (generic == typeof(LanguageExt.HashMap<,>))
                return Activator.CreateInstance(type)!;
            if (generic == typeof(ImmutableArray<>))
                return type.GetField(nameof(ImmutableArray<int>.Empty))!.GetValue(null)!;
            if (generic == typeof(Option<>) || generic == typeof(Seq<>))
            {
                return within.Contains(type) ? Activator.CreateInstance(type)!
                    : generic == typeof(Option<>) ? type.GetMethod("op_Implicit", [argument])!.Invoke(null, [One(argument, within.Add(type))])!
                    : typeof(Prelude).GetMethod(nameof(Prelude.Seq1))!.MakeGenericMethod(argument).Invoke(null, [One(argument, within.Add(type))])!;
            }
        }

        return Build(type, within);
    }

    private static object Build(Type type, ImmutableHashSet<Type> within)
    {
        var longest = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).OrderByDescending(static constructor => constructor.GetParameters().Length).FirstOrDefault();
        if (longest is not null)
            return longest.Invoke(Arguments(longest, within));
        if (type.IsValueType)
            return Activator.CreateInstance(type)!;
        var start = type.GetMethods(CoreAssembly.Everything)
            .FirstOrDefault(method => method is { IsStatic: true, IsSpecialName: false } && method.ReturnType == type && method.GetParameters().All(static parameter => parameter.ParameterType.IsValueType));
        return start?.Invoke(null, Arguments(start, within)) ?? throw new InvalidOperationException($"{type} has no public constructor: say in {nameof(Samples)} how it is made");
    }

    private static object[] Arguments(MethodBase method, ImmutableHashSet<Type> within) => method.GetParameters().Select(parameter => One(parameter.ParameterType, within)).ToArray();
}
